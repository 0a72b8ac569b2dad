// What `tracecheck run` does: a command from its start to the exit code.
#pragma once

#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "analysis/expectations.h"
#include "cmd/options.h"

namespace tracecheck::cmd {

struct RunOptions {
  Common common;
  std::vector<std::string> command;  // the program, looked for in PATH, and its arguments
  std::string output;                // as -o has it; "" for none
  std::optional<int> descriptor;     // of the command, that the trace comes from; none: standard output
  std::string trace;                 // a file that the command writes by itself instead; "" for none
  std::string timeout;               // as time_window.h has it; "" for none
  std::string junit;                 // a file for the results; "" for none

  int trace_descriptor() const { return descriptor.value_or(STDOUT_FILENO); }
  bool reads_stdout() const { return trace.empty() && trace_descriptor() == STDOUT_FILENO; }
};

/// Runs the command, keeps its trace, judges both and tells; gives the exit code.
int checked_run(const RunOptions& options, Checks checks);

}  // namespace tracecheck::cmd

// The command that `run` starts, and what it writes, until both have ended.
//
// It gets a process group of its own, so that it can be ended as a whole. What a terminal would have sent to it goes
// to us instead, and is passed on; if it wants to read the terminal it is lent it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck {

/// A stream that the command writes, and we read.
struct ChildStream {
  int descriptor = 1;                          // its number in the command
  std::function<void(std::string_view)> take;  // gets all that comes, as it comes
  int pass_to = -1;                            // a descriptor that gets it, too; -1: none
};

struct ChildOptions {
  std::vector<std::string> command;                 // the program, looked for in PATH, and its arguments
  std::vector<ChildStream> streams;                 // the others are ours. At most one has a number above 2
  std::optional<std::chrono::nanoseconds> timeout;  // then its group gets SIGTERM, and SIGKILL a moment later
};

/// How a command ended.
struct ChildEnd {
  int exit_code = 0;
  int signal = 0;  // that ended it; 0: it exited
  bool timed_out = false;
};

struct ChildResult {
  int start_error = 0;  // an errno: it could not be started, and nothing else is told
  ChildEnd end;
  std::vector<int> signals;  // that we got, and passed on to it
  struct Stream {
    int descriptor = 1;      // its number in the command
    bool kept_open = false;  // by a process that outlived the command; what that writes later is not read
    int pass_error = 0;      // an errno: `pass_to` did not get all
  };
  std::vector<Stream> streams;  // those of the options
};

/// Runs the command and returns when it has ended and all that it wrote is taken. Others that keep its streams open
/// then are waited for a second, or until a signal comes that would have ended us. A reader of `pass_to` that does not
/// read is waited for until such a signal comes, whatever the timeout. Leaves SIGPIPE ignored.
ChildResult run_child(const ChildOptions& options);

}  // namespace tracecheck

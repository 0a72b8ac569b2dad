// Starts a command in a process group of its own, with a pipe in the place of some of its descriptors.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace tracecheck {

/// In the child, the pipe's end `from` becomes the descriptor `number`.
struct Redirection {
  int from = -1;
  int number = -1;
};

struct SpawnOptions {
  std::vector<std::string> command;  // the program, looked for in PATH, and its arguments
  std::vector<Redirection> redirections;
  sigset_t mask{};             // signals that the child holds back
  sigset_t default_signals{};  // signals that the child does not ignore, though we do
};

/// Gives 0 and `child`, which is its group's number, too, once the program runs; else what errno would tell.
int spawn(const SpawnOptions& options, pid_t& child);

}  // namespace tracecheck

#include "crash/spawn.h"

#include <spawn.h>
#include <unistd.h>

#include <algorithm>

namespace tracecheck {
namespace {

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

  int duplicate(const Redirection& to) { return posix_spawn_file_actions_adddup2(&actions_, to.from, to.number); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  explicit Attributes(const SpawnOptions& options) {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setsigmask(&attributes_, &options.mask);
    posix_spawnattr_setsigdefault(&attributes_, &options.default_signals);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace

int spawn(const SpawnOptions& options, pid_t& child) {
  FileActions actions;
  std::vector<Redirection> in_order = options.redirections;
  // An end may have the number that another one is to get. Ends have no number below 3, so the lowest go first, and
  // at most one redirection is to a higher number.
  std::sort(in_order.begin(), in_order.end(),
            [](const Redirection& a, const Redirection& b) { return a.number < b.number; });
  for (const Redirection& redirection : in_order) {
    if (const int problem = actions.duplicate(redirection); problem != 0) return problem;
  }
  const Attributes attributes(options);
  std::vector<std::string> words = options.command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  return posix_spawnp(&child, arguments[0], actions.get(), attributes.get(), arguments.data(), environ);
}

}  // namespace tracecheck

// One stream on its way from the command that writes it to those who get it.
#pragma once

#include <poll.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "crash/spawn.h"

namespace tracecheck {

/// A pipe whose bytes are taken by a function and may be passed on to a descriptor, which is never waited for: a
/// reader that is slow slows the command down, not us.
class Conduit {
 public:
  using Take = std::function<void(std::string_view)>;

  /// `number` is the command's descriptor, `pass_to` ours, -1 for none.
  Conduit(int number, Take take, int pass_to) : number_(number), take_(std::move(take)), pass_to_(pass_to) {}
  Conduit(const Conduit&) = delete;
  Conduit& operator=(const Conduit&) = delete;
  ~Conduit();

  /// 0, or what errno tells.
  int open();
  Redirection redirection() const { return {child_end_, number_}; }
  /// To be called once the command has its end of the pipe.
  void close_child_end();

  bool is_done() const { return !is_open() && passed_ == pending_.size(); }
  /// What `go_on` needs: nothing is read as long as what was read before is not passed on.
  pollfd wait_for() const;
  /// One step, when that is there.
  void go_on();

  /// Takes what is in the pipe by now, and no more. True if there is somebody who could still write.
  bool stop_reading();
  void stop_passing();

  /// An errno: why not all was passed on. 0 if it was.
  int pass_error() const { return pass_error_; }

 private:
  bool is_open() const { return from_ >= 0; }
  std::size_t read_some(std::size_t most);
  void pass_some();

  int number_;
  Take take_;
  int pass_to_;
  int from_ = -1;
  int child_end_ = -1;
  std::string pending_;  // read, and passed on up to passed_
  std::size_t passed_ = 0;
  int pass_error_ = 0;
};

}  // namespace tracecheck

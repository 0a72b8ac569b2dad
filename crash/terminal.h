// The terminal that we share with a process group of our own making.
#pragma once

#include <sys/types.h>

namespace tracecheck {

/// Lends the controlling terminal to a group: only one group at a time may read it, and gets its Ctrl-C.
/// The caller holds SIGTTOU back.
class Terminal {
 public:
  Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  /// False if there is none, or it is not ours to lend: we are in the background ourselves.
  bool lend(pid_t group);
  /// Takes back what was lent, unless somebody else has it by now.
  void take_back();
  bool is_lent() const { return borrower_ != 0; }

 private:
  int descriptor_ = -1;
  pid_t borrower_ = 0;
};

}  // namespace tracecheck

#include "crash/terminal.h"

#include <fcntl.h>
#include <unistd.h>

namespace tracecheck {

Terminal::~Terminal() {
  take_back();
  if (descriptor_ >= 0) close(descriptor_);
}

bool Terminal::lend(pid_t group) {
  if (descriptor_ < 0) descriptor_ = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (descriptor_ < 0 || tcgetpgrp(descriptor_) != getpgrp()) return false;
  if (tcsetpgrp(descriptor_, group) != 0) return false;
  borrower_ = group;
  return true;
}

void Terminal::take_back() {
  if (is_lent() && tcgetpgrp(descriptor_) == borrower_) tcsetpgrp(descriptor_, getpgrp());
  borrower_ = 0;
}

}  // namespace tracecheck

// How many threads work at once.
#pragma once

#include <algorithm>
#include <thread>

namespace tracecheck {

/// As many as asked for; 0: one a core.
inline unsigned worker_count(unsigned asked) {
  return asked == 0 ? std::max(1U, std::thread::hardware_concurrency()) : asked;
}

}  // namespace tracecheck

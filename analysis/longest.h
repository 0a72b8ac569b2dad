// The longest of many times, and where it was: what a limit on them is broken by.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "tracecheck/event.h"

namespace tracecheck {

struct Longest {
  Time duration = 0;     // ns
  Time begin = 0;        // ns from the trace's start
  bool unended = false;  // it took at least so long: it had not ended when the trace, or what is known of it, did
  GoroutineId goroutine = kNone;
  std::optional<std::string> kind;  // what the world was stopped for, or what the goroutine waited for
  std::string stack;                // a frames' record (analysis/frames_record.h); "" where it is not known
};

inline bool is_longer(Time duration, const std::optional<Longest>& longest) {
  return !longest || duration > longest->duration;
}

}  // namespace tracecheck

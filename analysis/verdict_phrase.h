// A verdict as the end of a sentence.
#pragma once

#include <string_view>

#include "tracecheck/damage.h"

namespace tracecheck {

/// What stands behind "the trace is".
inline std::string_view verdict_phrase(Verdict verdict) {
  return verdict == Verdict::NotATrace ? "none (not a trace)" : verdict_name(verdict);
}

}  // namespace tracecheck

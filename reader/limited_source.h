// Limits that a user sets on what is read.
#pragma once

#include <memory>

#include "tracecheck/byte_source.h"

namespace tracecheck {

/// What a source says that has no time left.
inline constexpr const char* kTimeIsOver = "the time limit was reached before its end";

/// `source`, which ends with LimitReached where it has more bytes than `limits` allow, or the time is over. Without
/// limits it is `source` itself.
std::unique_ptr<ByteSource> limited(std::unique_ptr<ByteSource> source, const ReadLimits& limits);

}  // namespace tracecheck

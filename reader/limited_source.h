// Limits that a user sets on what is read.
#pragma once

#include <memory>
#include <new>

#include "tracecheck/byte_source.h"

namespace tracecheck {

/// Thrown by an allocator that was told how much memory may be used: what is being read is not judged then. Any other
/// lack of memory is an error of the place where we run, and none of the trace's.
struct MemoryLimitReached : std::bad_alloc {};

/// What is said of a trace that takes more of it.
inline constexpr const char* kNoMemoryLeft = "it takes more memory than may be used";

/// What a source says that has no time left.
inline constexpr const char* kTimeIsOver = "the time limit was reached before its end";

/// `source`, which ends with LimitReached where it has more bytes than `limits` allow, or the time is over. Without
/// limits it is `source` itself.
std::unique_ptr<ByteSource> limited(std::unique_ptr<ByteSource> source, const ReadLimits& limits);

}  // namespace tracecheck

// Sizes that the format fixes. Frozen. Fact from: FORMAT.md sections 2 and 5.
#pragma once

#include <cstdint>

namespace tracecheck {

inline constexpr std::uint64_t kMaxBatchSize = 65536;  // bytes of data in an event batch
inline constexpr std::uint64_t kMaxStringSize = 1024;  // bytes of one string
inline constexpr std::uint64_t kMaxFrames = 128;       // frames of one stack
inline constexpr std::uint64_t kNoThread = ~0ULL;      // "m" of table batches and status batches

/// Clock units a second where no frequency is known: 64 ns each, everywhere but on Windows.
inline constexpr std::uint64_t kDefaultFrequency = 15625000;

}  // namespace tracecheck

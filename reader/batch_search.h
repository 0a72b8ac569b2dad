// Where, in bytes that make no sense, the trace goes on: what looks like a batch header, and what is likely to be one.
// Fact from: FORMAT.md section 10, "Foreign bytes".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "format/limits.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// Bytes that are looked at for what follows damage: enough to see a whole batch, and the header of the one after it.
inline constexpr std::size_t kLookAhead = 2 * kMaxBatchSize + 256;

/// The last of these are not passed over unseen: a header may begin in them.
inline constexpr std::size_t kHeaderOverlap = 64;

/// What came before the place in question.
struct StreamContext {
  GoVersion version = GoVersion::Go126;
  std::uint64_t generation = 0;         // the one in progress, or the last one closed; 0 for none
  std::uint64_t time = 0;               // of a batch that came, in clock units; 0 for none
  bool after_marker = false;            // an EndOfGeneration marker stands just before
  bool empty = false;                   // and it closes a generation without a single batch
  std::size_t look_ahead = kLookAhead;  // bytes behind the place that may be looked at
};

/// Whether a batch of the trace is likely to begin at the start of `bytes`: its generation is the one in progress or
/// the next, its time is near, its size is possible, and it is written as the runtime does or what follows it, if
/// that is in `bytes`, begins like a batch.
bool plausible_batch(std::span<const std::uint8_t> bytes, const StreamContext& context);

/// The same, or a marker with such a batch, or nothing, behind it.
bool plausible_start(std::span<const std::uint8_t> bytes, const StreamContext& context);

/// Whether they begin with what looks like an end marker and is the digit 4 of a text: behind a marker the generation in
/// progress does not go on, and here it does. `bytes` are not empty.
bool is_digit_before_batch(std::span<const std::uint8_t> bytes, std::uint64_t generation);

/// The offset in `bytes` of the first plausible start, at `from` or behind it.
std::optional<std::size_t> find_batch(std::span<const std::uint8_t> bytes, const StreamContext& context,
                                      std::size_t from = 0);

}  // namespace tracecheck

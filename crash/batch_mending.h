// A batch that is not as it was written: whether its bytes read as a batch's data do, and what it was before text was
// written into it. Fact from: FORMAT.md sections 2, 4 and 10 ("Foreign bytes").
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "reader/framer.h"

namespace tracecheck {

using ByteSpan = std::span<const std::uint8_t>;

/// How many bytes of a batch's data can be read, event by event or record by record.
std::size_t sound_prefix(ByteSpan data);
inline bool is_sound(ByteSpan data) { return sound_prefix(data) == data.size(); }

/// Where text stands in data, and how much of it.
struct Insertion {
  std::size_t at = 0;
  std::size_t size = 0;
};

/// `data` begins with that of a batch of `size` bytes, with lines of text in it, which are not counted: where they are.
/// Without them the batch is sound, and what stands behind it
/// `fits`. Takes from `effort`, and gives up at 0. Empty if there are none, or that cannot be.
using Fits = std::function<bool(ByteSpan behind)>;
std::vector<Insertion> find_text_inside(ByteSpan data, std::size_t size, std::uint64_t& effort, const Fits& fits);

/// How many suppositions may be tried out in one trace. A few thousand are enough for a batch.
inline constexpr std::uint64_t kMendingEffort = 500'000;

std::vector<std::uint8_t> without(ByteSpan data, const std::vector<Insertion>& insertions);

/// `batch` with other data, in memory of its own; its place in the stream stays.
Batch with_data(const Batch& batch, ByteSpan data);

}  // namespace tracecheck

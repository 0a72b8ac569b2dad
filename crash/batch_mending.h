// A batch that is not as it was written: what it was before text was written into it.
// Fact from: FORMAT.md sections 2, 4 and 10 ("Foreign bytes").
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "crash/batch_content.h"
#include "reader/framer.h"

namespace tracecheck {

/// Where text stands in data, and how much of it.
struct Insertion {
  std::size_t at = 0;
  std::size_t size = 0;
};

/// Whether what stands behind a batch may do so.
using Fits = std::function<bool(ByteSpan behind)>;
/// `data` begins with that of a batch of `size` bytes, in which lines of text stand that are not counted; `data` goes
/// on for at least as much as they take. Gives where they are, in order: without them the batch is sound, and what
/// stands behind it `fits`. Empty if there are none, or that cannot be. Takes from `effort` what it tries out; gives up
/// at 0.
std::vector<Insertion> find_text_inside(ByteSpan data, std::size_t size, std::uint64_t& effort, const Fits& fits);

/// How many suppositions may be tried out in one trace. A few thousand are enough for a batch.
inline constexpr std::uint64_t kMendingEffort = 500'000;

/// A copy of `data` without `insertions`, which are in order and do not overlap.
std::vector<std::uint8_t> without(ByteSpan data, const std::vector<Insertion>& insertions);

/// `batch` with other data, in memory of its own; its place in the stream stays.
Batch with_data(const Batch& batch, ByteSpan data);

}  // namespace tracecheck

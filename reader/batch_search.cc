#include "reader/batch_search.h"

#include "format/batch.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

// Clock units that a batch may come after the first that was read of its generation, and before it: hours, and a
// minute, whatever the clock.
constexpr std::uint64_t kNotLater = 1ULL << 40U;
constexpr std::uint64_t kNotEarlier = 1ULL << 30U;

bool begins_like_a_batch(std::uint8_t byte) {
  const auto type = static_cast<EventType>(byte);
  return type == EventType::EventBatch || type == EventType::ExperimentalBatch || type == EventType::EndOfGeneration;
}

bool is_near(std::uint64_t time, std::uint64_t other) {
  return other == 0 || (time >= other ? time - other < kNotLater : other - time < kNotEarlier);
}

}  // namespace

bool plausible_batch(std::span<const std::uint8_t> bytes, const StreamContext& context) {
  const BatchParse parse = parse_batch_header(bytes);
  if (parse.status != BatchStatus::Ok || parse.header.type == EventType::EndOfGeneration) return false;
  if (parse.header.type == EventType::ExperimentalBatch && parse.header.experiment != 1) return false;
  const std::uint64_t generation = parse.header.generation;
  if (generation == 0 || !is_near(parse.header.time, context.time)) return false;
  if (context.generation != 0 && generation != context.generation && generation != context.generation + 1) return false;
  const std::size_t total = parse.header.header_size + static_cast<std::size_t>(parse.header.size);
  // The runtime reserves ten bytes for the size, which hardly anything else looks like.
  return parse.header.size_width == kMaxVarintBytes || total >= bytes.size() || begins_like_a_batch(bytes[total]);
}

// A marker is a single byte, which also is the digit 4: it counts where a batch, or nothing, follows.
bool plausible_start(std::span<const std::uint8_t> bytes, const StreamContext& context) {
  if (bytes.empty()) return false;
  if (plausible_batch(bytes, context)) return true;
  return static_cast<EventType>(bytes[0]) == EventType::EndOfGeneration && has_end_markers(context.version) &&
         (bytes.size() == 1 || plausible_batch(bytes.subspan(1), context));
}

bool is_digit_before_batch(std::span<const std::uint8_t> bytes, std::uint64_t generation) {
  return static_cast<EventType>(bytes[0]) == EventType::EndOfGeneration && bytes.size() > 1 &&
         parse_batch_header(bytes.subspan(1)).header.generation == generation;
}

std::optional<std::size_t> find_batch(std::span<const std::uint8_t> bytes, const StreamContext& context,
                                      std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    if (begins_like_a_batch(bytes[i]) && plausible_start(bytes.subspan(i), context)) return i;
  }
  return std::nullopt;
}

}  // namespace tracecheck

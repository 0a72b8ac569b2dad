#include "reader/event_decoder.h"

#include "format/event_table.h"

namespace tracecheck {
namespace {

static_assert(kMostEventBytes == 1 + (kMaxArgs + 1) * kMaxVarintBytes);

// The reference decodes a ClockSnapshot like an event and lets the replay refuse it.
std::array<std::int8_t, 256> argument_counts() {
  std::array<std::int8_t, 256> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const EventSpec& spec = kEventTable[i];
    if (spec.timed()) {
      counts[i] = static_cast<std::int8_t>(spec.arg_count);
    } else if (static_cast<EventType>(i) == EventType::ClockSnapshot) {
      counts[i] = static_cast<std::int8_t>(spec.arg_count - 1);
    } else {
      counts[i] = spec.event_class == EventClass::Structural ? kUntimedType : kUndefinedType;
    }
  }
  return counts;
}

}  // namespace

const std::array<std::int8_t, 256> kArgumentCounts = argument_counts();

}  // namespace tracecheck

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

Damage malformed_event(DamageCode code, const EventBatch& batch, std::uint32_t offset, ThreadId thread,
                       std::uint64_t generation) {
  Damage damage;
  damage.code = code;
  damage.offset = batch.data_offset + offset;
  damage.length = batch.data.size() - offset;
  damage.generation = generation;
  damage.batch = batch.index;
  damage.thread = thread;
  damage.reading = Reading::Event;
  const std::string name = event_type_name(static_cast<EventType>(batch.data[offset]));
  switch (code) {
    case DamageCode::UntimedEvent:
      damage.message = name + " stands among the events of a thread, where it has no place";
      break;
    case DamageCode::EventCut: damage.message = "the batch ends inside an event (" + name + ")"; break;
    case DamageCode::EventVarintOverflow:
      damage.message = "an argument of " + name + " is a number beyond 64 bits";
      break;
    default: damage.message = "there is no event of " + name; break;
  }
  return damage;
}

}  // namespace tracecheck

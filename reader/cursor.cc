#include "reader/cursor.h"

#include <array>

#include "format/event_table.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

constexpr std::int8_t kUndefined = -1;
constexpr std::int8_t kUntimed = -2;

// Arguments after the time delta, by type. The reference decodes a ClockSnapshot like an event and lets the
// replay refuse it.
std::array<std::int8_t, 256> argument_counts() {
  std::array<std::int8_t, 256> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const EventSpec& spec = kEventTable[i];
    if (spec.timed()) {
      counts[i] = static_cast<std::int8_t>(spec.arg_count);
    } else if (static_cast<EventType>(i) == EventType::ClockSnapshot) {
      counts[i] = static_cast<std::int8_t>(spec.arg_count - 1);
    } else {
      counts[i] = spec.event_class == EventClass::Structural ? kUntimed : kUndefined;
    }
  }
  return counts;
}

const std::array<std::int8_t, 256> kArgumentCounts = argument_counts();

}  // namespace

bool Cursor::enter_batch() {
  if (in_batch_) {
    ++batch_;
    in_batch_ = false;
  }
  while (batch_ < batches_->batches.size() && batches_->batches[batch_].data.empty()) ++batch_;
  if (batch_ == batches_->batches.size()) return false;
  const EventBatch& batch = batches_->batches[batch_];
  at_ = batch.data.data();
  end_ = at_ + batch.data.size();
  last_ = 0;
  in_batch_ = true;
  return true;
}

Cursor::Step Cursor::next() {
  if (at_ == end_ && !enter_batch()) return Step::End;
  // A batch's own time counts for its first event; the reference takes it again whenever it stands at 0.
  if (last_ == 0) last_ = clock_.to_ns(batches_->batches[batch_].time);
  event_start_ = at_;
  return decode() ? Step::Event : Step::Malformed;
}

bool Cursor::decode() {
  const std::uint8_t type = *at_++;
  const std::int8_t count = kArgumentCounts[type];
  if (count < 0) {
    bad_ = count == kUntimed ? DamageCode::UntimedEvent : DamageCode::BadEventType;
    return false;
  }
  event_.type = static_cast<EventType>(type);
  std::uint64_t delta = 0;
  VarintStatus status = VarintStatus::Ok;
  if (static_cast<std::size_t>(end_ - at_) >= (kMaxArgs + 1) * kMaxVarintBytes) [[likely]] {
    status = read_varint_inside(at_, delta);
    for (std::int8_t i = 0; status == VarintStatus::Ok && i < count; ++i) {
      status = read_varint_inside(at_, event_.args[static_cast<std::size_t>(i)]);
    }
  } else {
    status = read_varint(at_, end_, delta);
    for (std::int8_t i = 0; status == VarintStatus::Ok && i < count; ++i) {
      status = read_varint(at_, end_, event_.args[static_cast<std::size_t>(i)]);
    }
  }
  if (status != VarintStatus::Ok) {
    bad_ = status == VarintStatus::Short ? DamageCode::EventCut : DamageCode::EventVarintOverflow;
    return false;
  }
  event_.time = wrapping_add(clock_.to_ns(delta), last_);
  last_ = event_.time;
  return true;
}

std::uint64_t Cursor::offset_of(const Place& place) const {
  const EventBatch& batch = batches_->batches[place.batch];
  return batch.data_offset + static_cast<std::uint64_t>(place.at - batch.data.data());
}

Damage Cursor::damage(std::uint64_t generation) const {
  Damage damage;
  damage.code = bad_;
  damage.offset = offset_of(place());
  damage.length = static_cast<std::uint64_t>(end_ - event_start_);
  damage.generation = generation;
  damage.batch = batch_index_of(place());
  damage.thread = thread();
  damage.reading = Reading::Event;
  const std::string name = event_type_name(static_cast<EventType>(*event_start_));
  switch (bad_) {
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

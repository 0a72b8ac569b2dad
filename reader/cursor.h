// Decodes the timed events of one thread, one after another. Fact from: FORMAT.md sections 4 and 5.
#pragma once

#include <cstdint>
#include <optional>

#include "reader/generation.h"
#include "reader/replay.h"

namespace tracecheck {

class Cursor {
 public:
  enum class Step : std::uint8_t { Event, End, Malformed };

  Cursor(const ThreadBatches& batches, Clock clock) : batches_(&batches), clock_(clock) {}

  /// Reads the next event into `event()`.
  Step next();

  const RawEvent& event() const { return event_; }
  ThreadId thread() const { return batches_->thread; }

  /// Remembers where the current event stands, or the malformed one: cheap to take for every event.
  struct Place {
    const std::uint8_t* at = nullptr;
    std::size_t batch = 0;
  };
  Place place() const { return {event_start_, batch_}; }
  /// What a place of this cursor means in the stream.
  std::uint64_t offset_of(const Place& place) const;
  std::uint64_t batch_index_of(const Place& place) const { return batches_->batches[place.batch].index; }

  /// Once `next` said Malformed.
  Damage damage(std::uint64_t generation) const;

  Slot thread_hint = kNoSlot;  // the replay's

 private:
  bool enter_batch();
  bool decode();

  const ThreadBatches* batches_;
  Clock clock_;
  std::size_t batch_ = 0;  // the one being read
  bool in_batch_ = false;
  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  const std::uint8_t* event_start_ = nullptr;
  Time last_ = 0;
  RawEvent event_;
  DamageCode bad_ = DamageCode::BadEventType;
};

}  // namespace tracecheck

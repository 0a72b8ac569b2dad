// Decodes the timed events of one thread, one after another. Fact from: FORMAT.md sections 4 and 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "reader/generation.h"
#include "reader/replay.h"

namespace tracecheck {

class Cursor {
 public:
  enum class Step : std::uint8_t { Event, End, Malformed };

  Cursor(const ThreadBatches& batches, Clock clock);
  Cursor(Cursor&&) = default;
  Cursor& operator=(Cursor&&) = default;

  /// Goes on to the next event, which `event()` then is.
  Step next() {
    if (++current_ < block_end_) [[likely]]
      return Step::Event;
    return next_block();
  }

  /// Valid until the next call of `next`.
  const RawEvent& event() const { return *current_; }
  ThreadId thread() const { return batches_->thread; }

  /// Remembers where the current event stands: cheap to take for every event.
  struct Place {
    std::uint32_t offset = 0;  // in the batch's data
    std::uint32_t batch = 0;   // of this thread
  };
  Place place() const { return {current_->offset, batch_}; }
  /// The place up to which all events were current once.
  Place position() const {
    return current_ < block_end_ ? place() : Place{static_cast<std::uint32_t>(at_ - begin_), batch_};
  }
  const EventBatch& batch_of(const Place& place) const { return batches_->batches[place.batch]; }
  /// What a place of this cursor means in the stream.
  std::uint64_t offset_of(const Place& place) const {
    return batches_->batches[place.batch].data_offset + place.offset;
  }
  std::uint64_t batch_index_of(const Place& place) const { return batches_->batches[place.batch].index; }

  /// Once `next` said Malformed.
  Damage damage(std::uint64_t generation) const;
  /// The same: gives up the rest of the batch. The next call of `next` goes on with the one after it.
  void skip_bad_batch() {
    bad_.reset();
    at_ = end_;
  }

  Slot thread_hint = kNoSlot;  // the replay's

 private:
  // Events are decoded some at a time: a loop that does nothing else is what the processor is good at, and its
  // branches are those of one thread's events.
  static constexpr std::size_t kBlock = 64;

  static std::size_t slots(const ThreadBatches& batches);
  [[gnu::noinline]] Step next_block();
  bool enter_batch();
  void decode_block();

  const ThreadBatches* batches_;
  Clock clock_;
  std::uint32_t batch_ = 0;  // the one being read
  bool in_batch_ = false;
  std::optional<DamageCode> bad_;        // what stands at `at_` is malformed
  const std::uint8_t* begin_ = nullptr;  // of the batch's data
  const std::uint8_t* at_ = nullptr;     // of what is not decoded yet
  const std::uint8_t* end_ = nullptr;
  Time last_ = 0;
  Time batch_time_ = 0;
  std::vector<RawEvent> block_;  // the first is no event: `current_` stands there before the first `next`
  const RawEvent* current_;
  const RawEvent* block_end_;  // behind the last event decoded
};

}  // namespace tracecheck

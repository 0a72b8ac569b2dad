#include "reader/cursor.h"

#include <algorithm>

#include "reader/event_decoder.h"

namespace tracecheck {

Cursor::Cursor(const ThreadBatches& batches, Clock clock)
    : batches_(&batches), clock_(clock), block_(slots(batches)), current_(block_.data()), block_end_(current_ + 1) {}

// One before the events, and one for each that may be decoded at a time, be it malformed: a million threads that have an
// event each must not have a million full blocks.
std::size_t Cursor::slots(const ThreadBatches& batches) {
  constexpr std::size_t kLeastEvent = 2;  // bytes: its type and time
  std::size_t most = 0;
  for (const EventBatch& batch : batches.batches) most = std::max(most, batch.data.size() / kLeastEvent + 1);
  return 1 + std::min(most, kBlock);
}

bool Cursor::enter_batch() {
  if (in_batch_) ++batch_;
  in_batch_ = false;
  while (batch_ < batches_->batches.size() && batches_->batches[batch_].data.empty()) ++batch_;
  if (batch_ == batches_->batches.size()) return false;
  const EventBatch& batch = batches_->batches[batch_];
  begin_ = at_ = batch.data.data();
  end_ = at_ + batch.data.size();
  last_ = 0;
  batch_time_ = clock_.to_ns(batch.time);
  in_batch_ = true;
  return true;
}

Cursor::Step Cursor::next_block() {
  current_ = block_end_ = block_.data() + 1;
  if (!bad_) {
    if (at_ == end_ && !enter_batch()) return Step::End;
    decode_block();
  }
  return current_ < block_end_ ? Step::Event : Step::Malformed;
}

// Fills the block from one batch.
void Cursor::decode_block() {
  const std::uint8_t* at = at_;
  const std::size_t most = block_.size() - 1;
  std::size_t decoded = 0;
  while (decoded < most && at != end_) {
    RawEvent& event = block_[++decoded];
    event.offset = static_cast<std::uint32_t>(at - begin_);
    std::uint64_t delta = 0;
    bad_ = decode_event(at, end_, event, delta);
    if (bad_) [[unlikely]]
      break;
    // A batch's own time counts for its first event; the reference takes it again whenever it stands at 0.
    if (last_ == 0) last_ = batch_time_;
    event.time = last_ = wrapping_add(clock_.to_ns(delta), last_);
    block_end_ = &event + 1;
  }
  at_ = at;
}

Damage Cursor::damage(std::uint64_t generation) const {
  return malformed_event(*bad_, batches_->batches[batch_], static_cast<std::uint32_t>(at_ - begin_), thread(),
                         generation);
}

}  // namespace tracecheck

#include "reader/batch_tracker.h"

#include <string>

#include "reader/stream_start.h"

namespace tracecheck {

StreamContext BatchTracker::context() const {
  StreamContext context;
  context.version = version_;
  context.generation = generation_;
  context.after_marker = after_marker_;
  return context;
}

bool BatchTracker::fits(const BatchHeader& header) const {
  const std::uint64_t number = header.generation;
  if (number == 0) return false;
  if (generation_ == 0 || number == generation_) return true;
  return has_end_markers(version_) ? after_marker_ : number == generation_ + 1;
}

bool BatchTracker::is_marker(const Batch& batch) const {
  return batch.header.type == EventType::EndOfGeneration ||
         (has_end_markers(version_) && batch.starts_with(EventType::EndOfGeneration));
}

void BatchTracker::take(const Batch& batch) {
  after_marker_ = is_marker(batch);
  if (after_marker_) {
    ++whole_;
    only_sync_ = true;
    return;
  }
  if (batch.header.generation != generation_) next_generation(batch.header.generation);
  const bool frequency = batch.starts_with(EventType::Frequency) && !has_sync_batches(version_);
  const bool sync = frequency || batch.starts_with(EventType::Sync);
  const bool strings = batch.starts_with(EventType::Strings);
  const bool table = strings || batch.starts_with(EventType::Stacks) || batch.starts_with(EventType::CPUSamples);
  has_sync_ = has_sync_ || sync;
  only_sync_ = only_sync_ && sync;
  ends_with_strings_ = strings && may_be_last_strings(batch.data.size());
  if (!sync && !table && batch.header.experiment == 0) has_events_ = true;
}

std::optional<Damage> BatchTracker::damage_at_end(const Framer& framer, const EndOfStream& end) const {
  if (nothing()) return nothing_came(framer);
  if (!end.dangling && whole()) return std::nullopt;
  Damage damage;
  damage.severity = Severity::Truncated;
  damage.offset = framer.offset();
  damage.batch = framer.batches();
  damage.generation = generation_;
  damage.code = end.dangling ? DamageCode::BatchHeaderCut : DamageCode::IncompleteGeneration;
  damage.reading = end.dangling ? Reading::BatchExperiment : Reading::Generation;
  damage.message = end.dangling ? "the data ends inside a batch header"
                                : "the data ends inside generation " + std::to_string(generation_);
  return damage;
}

// Whether the stream may end here without loss: behind whole generations, or behind the sync batch of one more.
bool BatchTracker::whole() const {
  if (has_end_markers(version_)) return only_sync_;
  // Before 1.25 a frequency comes as a generation is being closed: by itself it shows that the rest is gone.
  return (has_sync_ && ends_with_strings_) || (only_sync_ && has_sync_batches(version_));
}

// Whether no generation is known to be whole, and none has events.
bool BatchTracker::nothing() const { return whole_ == 0 && !ends_with_strings_ && !has_events_; }

void BatchTracker::next_generation(std::uint64_t number) {
  if (generation_ != 0 && !has_end_markers(version_)) ++whole_;
  generation_ = number;
  has_sync_ = false;
  only_sync_ = true;
}

}  // namespace tracecheck

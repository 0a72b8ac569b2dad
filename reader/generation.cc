#include "reader/generation.h"

#include <utility>

#include "reader/cursor.h"
#include "reader/go_sort.h"
#include "reader/table_parser.h"

namespace tracecheck {

Generation::Generation(GoVersion version, std::uint64_t id, std::uint64_t offset)
    : version_(version), id_(id), offset_(offset), end_offset_(offset), stacks_(strings_) {}

void Generation::note(const Batch& batch) {
  if (batch.chunk && (chunks_.empty() || chunks_.back() != batch.chunk)) chunks_.push_back(batch.chunk);
  if (earliest_ == 0 || batch.header.time < earliest_) earliest_ = batch.header.time;
  ++batches_;
  end_offset_ = batch.end_offset();
  last_ = batch;
  samples_before_last_ = raw_samples_.size();
  ends_with_strings_ = batch.starts_with(EventType::Strings);
}

bool Generation::is_sync(const Batch& batch) const {
  return batch.starts_with(has_sync_batches(version_) ? EventType::Sync : EventType::Frequency);
}

bool Generation::holds_events(const Batch& batch) const {
  if (batch.put_off) return true;
  return batch.header.experiment == 0 && !is_sync(batch) && !batch.starts_with(EventType::Strings) &&
         !batch.starts_with(EventType::Stacks) && !batch.starts_with(EventType::CPUSamples);
}

std::optional<Damage> Generation::add(const Batch& batch) {
  note(batch);
  if (!holds_events(batch)) return add_other(batch, false);
  const auto put_off = batch.put_off ? static_cast<std::uint32_t>(batch.header.size) : 0;
  put_off_ += put_off;
  batches_of(batch.header.thread)
      .batches.push_back({batch.data, batch.header.time, batch.data_offset(), batch.index, put_off});
  return misplaced_marker(batch);
}

// In a version that knows them the marker would not come here; in the others it refuses the generation, as a bad
// table does.
std::optional<Damage> Generation::misplaced_marker(const Batch& batch) const {
  if (!batch.starts_with(EventType::EndOfGeneration)) return std::nullopt;
  const ThreadBatches alone{static_cast<ThreadId>(batch.header.thread),
                            {{batch.data, batch.header.time, batch.data_offset(), batch.index}}};
  Cursor cursor(alone, clock_);
  cursor.next();
  return cursor.damage(id_);
}

bool Generation::read_events(Framer& framer) {
  if (put_off_ == 0) return true;
  const ChunkRef& chunk =
      chunks_.emplace_back(framer.acquire(static_cast<std::size_t>(put_off_) + kMaxBatchHeaderSize));
  std::uint8_t* to = chunk->bytes.get();
  bool all = true;
  for (ThreadBatches& thread : threads_) {
    for (EventBatch& batch : thread.batches) {
      if (batch.put_off == 0) continue;
      const bool is_last = last_ && last_->index == batch.index;
      const std::size_t before = is_last ? last_->header.header_size : 0;
      const std::span<std::uint8_t> bytes{to, before + std::exchange(batch.put_off, 0)};
      to += bytes.size();
      if (!framer.read_at(batch.data_offset - before, bytes)) {
        all = false;
        continue;
      }
      batch.data = bytes.subspan(before);
      if (is_last) last_->data = batch.data;
    }
  }
  put_off_ = 0;
  return all;
}

std::optional<Damage> Generation::add_what_is_sound(const Batch& batch) {
  if (holds_events(batch)) return add(batch);
  note(batch);
  return add_other(batch, true);
}

std::optional<Damage> Generation::add_other(const Batch& batch, bool only_what_is_sound) {
  others_.push_back({batch.header, batch.data, batch.index});
  if (batch.header.experiment != 0) {
    experimental_.push_back({batch.header.experiment, static_cast<ThreadId>(batch.header.thread), batch.data});
    return std::nullopt;
  }
  TableParser parser(*this, batch, only_what_is_sound);
  if (!is_sync(batch)) return parser.table();
  ++sync_batches_;
  return parser.sync();
}

void Generation::take_back_last() {
  if (!last_) return;
  --batches_;
  end_offset_ = last_->offset;
  raw_samples_.resize(samples_before_last_);
  if (holds_events(*last_)) {
    batches_of(last_->header.thread).batches.pop_back();
  } else {
    others_.pop_back();
    if (last_->header.experiment != 0) experimental_.pop_back();
    if (is_sync(*last_)) --sync_batches_;
  }
  last_.reset();
}

ThreadBatches& Generation::batches_of(std::uint64_t thread) {
  const auto [found, inserted] = thread_index_.try_emplace(thread, threads_.size());
  if (inserted) threads_.push_back({static_cast<ThreadId>(thread), {}});
  return threads_[found->second];
}

std::optional<Damage> Generation::missing(DamageCode code, const char* message) const {
  Damage damage;
  damage.code = code;
  damage.offset = offset_;
  damage.length = end_offset_ - offset_;
  damage.generation = id_;
  damage.reading = Reading::Generation;
  damage.message = message;
  return damage;
}

std::optional<Damage> Generation::finish() {
  if (!frequency_) return missing(DamageCode::MissingFrequency, "the generation has no frequency");
  settle_samples();
  if (has_sync_batches(version_) && !snapshot_) {
    return missing(DamageCode::MissingSnapshot, "the generation has no clock snapshot");
  }
  if (const auto id = stacks_.missing_text()) {
    return missing(DamageCode::MissingFrameText,
                   ("a stack names string " + std::to_string(*id) + ", which the string table lacks").c_str());
  }
  return std::nullopt;
}

void Generation::finish_unfinished(Clock clock) {
  if (!frequency_) clock_ = clock;
  settle_samples();
}

void Generation::settle_samples() {
  samples_ = raw_samples_;
  for (CpuSample& sample : samples_) sample.time = clock_.to_ns(static_cast<std::uint64_t>(sample.time));
  go_sort(std::span(samples_), [](const CpuSample& a, const CpuSample& b) { return a.time < b.time; });
}

void Generation::lend_text(std::uint64_t id, std::string_view text) {
  if (!has_text(id)) strings_.insert(id, Text{text.data(), static_cast<std::uint32_t>(text.size())});
}

bool Generation::looks_finished() const {
  return frequency_.has_value() && ends_with_strings_ && may_be_last_strings(last_data().size());
}

std::optional<ClockSnapshot> Generation::clock_snapshot() const {
  if (!snapshot_) return std::nullopt;
  return ClockSnapshot{clock_.to_ns(snapshot_->time), snapshot_->monotonic, snapshot_->seconds, snapshot_->nanoseconds};
}

const Text* Generation::text(std::uint64_t id) const {
  static const Text empty{"", 0};
  return id == 0 ? &empty : strings_.find(id);
}

}  // namespace tracecheck

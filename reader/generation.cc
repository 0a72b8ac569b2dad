#include "reader/generation.h"

#include "reader/go_sort.h"
#include "reader/table_parser.h"

namespace tracecheck {

Generation::Generation(GoVersion version, std::uint64_t id, std::uint64_t offset)
    : version_(version), id_(id), offset_(offset), end_offset_(offset), stacks_(strings_) {}

std::optional<Damage> Generation::add(const Batch& batch) {
  if (chunks_.empty() || chunks_.back() != batch.chunk) chunks_.push_back(batch.chunk);
  if (earliest_ == 0 || batch.header.time < earliest_) earliest_ = batch.header.time;
  ++batches_;
  end_offset_ = batch.end_offset();
  last_data_ = batch.data;
  ends_with_strings_ = batch.starts_with(EventType::Strings);

  const bool sync = batch.starts_with(has_sync_batches(version_) ? EventType::Sync : EventType::Frequency);
  const bool table =
      ends_with_strings_ || batch.starts_with(EventType::Stacks) || batch.starts_with(EventType::CPUSamples);
  if (!sync && !table && batch.header.experiment == 0) {
    batches_of(batch.header.thread)
        .batches.push_back({batch.data, batch.header.time, batch.data_offset(), batch.index});
    return std::nullopt;
  }
  others_.push_back({batch.header, batch.data, batch.index});
  if (sync) {
    ++sync_batches_;
    return TableParser(*this, batch).sync();
  }
  if (table) return TableParser(*this, batch).table();
  experimental_.push_back({batch.header.experiment, static_cast<ThreadId>(batch.header.thread), batch.data});
  return std::nullopt;
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
  if (has_sync_batches(version_) && !snapshot_) {
    return missing(DamageCode::MissingSnapshot, "the generation has no clock snapshot");
  }
  if (const auto id = stacks_.missing_text()) {
    return missing(DamageCode::MissingFrameText,
                   ("a stack names string " + std::to_string(*id) + ", which the string table lacks").c_str());
  }
  for (CpuSample& sample : samples_) sample.time = clock_.to_ns(static_cast<std::uint64_t>(sample.time));
  go_sort(std::span(samples_), [](const CpuSample& a, const CpuSample& b) { return a.time < b.time; });
  return std::nullopt;
}

bool Generation::looks_finished() const {
  return frequency_.has_value() && ends_with_strings_ && may_be_last_strings(last_data_.size());
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

#include "crash/carve.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "tracecheck/reader.h"

namespace tracecheck {
namespace {

constexpr GenerationRange kEveryGeneration{0, std::numeric_limits<std::uint64_t>::max()};
constexpr GenerationRange kNoGeneration{1, 0};

auto key_of(const FoundBatch& batch) {
  const BatchHeader& header = batch.header;
  return std::make_tuple(header.generation, header.thread, header.time, batch.data.empty() ? -1 : batch.data.front());
}

bool same_batch(const FoundBatch& a, const FoundBatch& b) { return key_of(a) == key_of(b); }

// Tables first: a batch of strings at the end is what an earlier Go ends a generation with.
auto order_of(const Placement& placement) {
  const FoundBatch& batch = *placement.batch;
  return std::make_tuple(placement.at, batch.header.generation, !batch.table, batch.header.time);
}

std::uint64_t last_generation(const TraceIndex& index) {
  const std::uint64_t whole = index.generations().empty() ? 0 : index.generations().back().id;
  return index.half_batch() ? std::max(whole, index.half_batch()->header.generation) : whole;
}

// The newer of two that have as many.
std::uint64_t generation_with_most_events(const std::vector<FoundBatch>& batches) {
  std::map<std::uint64_t, std::uint64_t> events;
  for (const FoundBatch& batch : batches) events[batch.header.generation] += batch.events;
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::max_element(events.rbegin(), events.rend(), fewer)->first;
}

}  // namespace

Carving::Carving(GoVersion version, std::vector<FoundBatch> found) : version_(version) {
  sort_out(std::move(found));
  settle();
}

Carving::Carving(std::vector<FoundBatch> found, const TraceIndex& index, OpenTrace open)
    : version_(*index.version()), index_(&index), open_(std::move(open)) {
  sort_out(std::move(found));
  settle();
}

std::unique_ptr<ByteSource> Carving::open() const {
  if (index_ == nullptr) return std::make_unique<CarvedTrace>(version_, placements_);
  return std::make_unique<CarvedTrace>(open_(), *index_, placements_);
}

// Keeps what is new.
void Carving::sort_out(std::vector<FoundBatch> found) {
  // The longer of two that are the same comes first.
  std::stable_sort(found.begin(), found.end(), [](const FoundBatch& a, const FoundBatch& b) {
    return std::make_tuple(key_of(a), b.data.size()) < std::make_tuple(key_of(b), a.data.size());
  });
  std::set<std::uint64_t> with_events;
  for (const FoundBatch& batch : found) {
    if (batch.events > 0) with_events.insert(batch.header.generation);
  }
  for (FoundBatch& batch : found) {
    const std::uint64_t generation = batch.header.generation;
    const bool has_events =
        with_events.count(generation) > 0 || (index_ != nullptr && index_->generation(generation) != nullptr);
    if (!batch.written_by(version_) || !has_events || batch.data.empty()) {
      never_fits_.add(batch);
    } else if ((!batches_.empty() && same_batch(batches_.back(), batch)) || (index_ != nullptr && index_->has(batch))) {
      known_.add(batch);
    } else if (!place_of(batch)) {
      never_fits_.add(batch);
    } else {
      batches_.push_back(std::move(batch));
    }
  }
}

// Uses as many generations as make a trace that is not corrupt. Where it is so by the file alone, or by a single
// generation, that is no reason to leave anything out.
void Carving::settle() {
  const std::vector<GenerationRange> ranges = candidates();
  for (const GenerationRange range : ranges) {
    use(range);
    if (gained_.batches == 0) continue;
    verdict_ = read_back();
    if (verdict_ != Verdict::Corrupt) return;
  }
  if (index_ == nullptr) return;
  use(kNoGeneration);
  if (read_back() == Verdict::Corrupt) use(ranges.front());
}

std::vector<GenerationRange> Carving::candidates() const {
  std::vector<GenerationRange> result = {kEveryGeneration};
  if (batches_.empty()) return result;
  if (batches_.front().header.generation == batches_.back().header.generation) return result;
  if (index_ == nullptr) {
    const std::uint64_t best = generation_with_most_events(batches_);
    result.push_back({best, best});
    return result;
  }
  // The one in which the file ends, or the one after it if that was whole.
  const std::uint64_t last = last_generation(*index_);
  const auto unfinished = std::find_if(batches_.begin(), batches_.end(),
                                       [last](const FoundBatch& b) { return b.header.generation >= last; });
  result.push_back({0, unfinished == batches_.end() ? last : unfinished->header.generation});
  return result;
}

void Carving::use(GenerationRange range) {
  placements_.clear();
  generations_.clear();
  gained_ = {};
  left_out_ = never_fits_;
  const FoundBatch* half = index_ != nullptr && index_->half_batch() ? &*index_->half_batch() : nullptr;
  for (const FoundBatch& batch : batches_) {
    if (batch.header.generation < range.from || batch.header.generation > range.to) {
      left_out_.add(batch);
      continue;
    }
    if (half != nullptr && same_batch(batch, *half)) {
      if (batch.data.size() <= half->data.size()) continue;
      half = nullptr;
    }
    placements_.push_back({*place_of(batch), &batch});
    generations_.insert(batch.header.generation);
    gained_.add(batch);
  }
  if (half != nullptr && !half->data.empty()) placements_.push_back({index_->end(), half});
  std::stable_sort(placements_.begin(), placements_.end(),
                   [](const Placement& a, const Placement& b) { return order_of(a) < order_of(b); });
  if (has_end_markers(version_)) add_markers();
}

// Before which byte of the file it belongs; none if the file has no place for it.
std::optional<std::uint64_t> Carving::place_of(const FoundBatch& batch) const {
  if (index_ == nullptr) return 0;
  const std::uint64_t id = batch.header.generation;
  if (const TraceIndex::Generation* generation = index_->generation(id)) {
    if (batch.table) return generation->begin;
    return index_->later_batch(batch).value_or(generation->end);
  }
  const bool after_all = index_->generations().empty() || id > index_->generations().back().id;
  return after_all ? std::optional(index_->end()) : std::nullopt;
}

// Closes what other generations follow.
void Carving::add_markers() {
  std::uint64_t open_generation = 0;
  if (index_ != nullptr && !index_->generations().empty() && !index_->generations().back().marked) {
    open_generation = index_->generations().back().id;
  }
  const std::uint64_t end = index_ == nullptr ? 0 : index_->end();
  std::vector<Placement> result;
  for (const Placement& placement : placements_) {
    const std::uint64_t generation = placement.batch->header.generation;
    if (placement.at == end) {
      if (open_generation != 0 && generation != open_generation) result.push_back({end, nullptr});
      open_generation = generation;
    }
    result.push_back(placement);
  }
  placements_ = std::move(result);
}

Verdict Carving::read_back() const {
  Reader reader(open());
  while (reader.next() != nullptr) {
  }
  return reader.verdict();
}

}  // namespace tracecheck

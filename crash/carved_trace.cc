#include "crash/carved_trace.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "format/trace_encoder.h"

namespace tracecheck {

CarvedTrace::CarvedTrace(GoVersion version, std::vector<Placement> placements) : placements_(std::move(placements)) {
  append_header(pending_, version);
}

CarvedTrace::CarvedTrace(std::unique_ptr<ByteSource> file, const TraceIndex& index, std::vector<Placement> placements)
    : file_(std::move(file)), end_(index.end()), placements_(std::move(placements)) {
  gaps_.push_back({0, index.begin()});  // what stands before the header
  gaps_.insert(gaps_.end(), index.gaps().begin(), index.gaps().end());
}

std::size_t CarvedTrace::read(std::uint8_t* to, std::size_t size) {
  std::size_t count = 0;
  if (taken_ < pending_.size() || next_placement()) {
    count = std::min(size, pending_.size() - taken_);
    std::memcpy(to, pending_.data() + taken_, count);
    taken_ += count;
  } else {
    count = read_file(to, size);
    // What is to stand at the place that was reached comes next.
    if (count == 0 && next_placement()) return read(to, size);
  }
  given_ += count;
  return count;
}

bool CarvedTrace::next_placement() {
  if (next_ == placements_.size() || placements_[next_].at != position_) return false;
  const FoundBatch* batch = placements_[next_++].batch;
  pending_.clear();
  taken_ = 0;
  if (batch == nullptr) {
    append_batch_header(pending_, {.type = EventType::EndOfGeneration});
  } else {
    append_batch(pending_, batch->header, batch->data);
  }
  return true;
}

// Gives what comes up to the next placement.
std::size_t CarvedTrace::read_file(std::uint8_t* to, std::size_t size) {
  while (position_ < end_ && (next_ == placements_.size() || placements_[next_].at != position_)) {
    while (next_gap_ < gaps_.size() && gaps_[next_gap_].end <= position_) ++next_gap_;
    const bool has_gap = next_gap_ < gaps_.size();
    const bool in_gap = has_gap && gaps_[next_gap_].begin <= position_;
    std::uint64_t stop = end_;
    if (has_gap) stop = std::min(stop, in_gap ? gaps_[next_gap_].end : gaps_[next_gap_].begin);
    if (!in_gap && next_ < placements_.size()) stop = std::min(stop, placements_[next_].at);
    const std::uint64_t wanted = std::min<std::uint64_t>(size, stop - position_);
    const std::size_t count = file_->read(to, static_cast<std::size_t>(wanted));
    if (count == 0) {
      if (file_->error()) fail(file_->error()->kind, file_->error()->message);
      return 0;
    }
    position_ += count;
    if (!in_gap) return count;
  }
  return 0;
}

}  // namespace tracecheck

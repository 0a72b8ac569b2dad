#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "tracecheck/feed.h"

namespace tracecheck {

// Bytes that were fed and not read yet.
class FeedReader::Source final : public ByteSource {
 public:
  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = std::min(size, bytes_.size() - begin_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_), count, to);
    begin_ += count;
    taken_ += count;
    if (begin_ == bytes_.size()) {
      bytes_.clear();
      begin_ = 0;
    }
    return count;
  }
  bool more_may_come() const override { return !finished_; }
  std::uint64_t bytes_in() const override { return taken_; }

  void add(std::span<const std::uint8_t> bytes) {
    if (finished_) return;
    // What was read makes room once it is more than what is left to move.
    if (begin_ > bytes_.size() / 2) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
      begin_ = 0;
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  void finish() { finished_ = true; }
  void drop() {
    bytes_ = {};
    begin_ = 0;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t begin_ = 0;
  std::uint64_t taken_ = 0;
  bool finished_ = false;
};

FeedReader::FeedReader(ReaderOptions options) : FeedReader(std::make_unique<Source>(), options) {}

FeedReader::FeedReader(std::unique_ptr<Source> source, ReaderOptions options)
    : source_(source.get()), reader_(with_decompression(std::move(source)), options) {}

void FeedReader::feed(std::span<const std::uint8_t> bytes) {
  if (ended()) return source_->drop();
  source_->add(bytes);
}

void FeedReader::finish() { source_->finish(); }

}  // namespace tracecheck

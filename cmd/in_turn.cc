#include "cmd/in_turn.h"

#include <utility>

namespace tracecheck::cmd {

void Turns::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

bool Turns::put(std::size_t file, std::string_view text) {
  if (text.empty()) return true;
  const std::optional<std::size_t> before = std::exchange(last_written_, file);
  if (before && *before != file && !separator_.empty() && !sink_(separator_)) return false;
  return sink_(text);
}

// What the next file kept is put out before it is its turn: until then its thread only adds to that, and waits for the
// lock.
bool Turns::begin_next_turn() {
  const std::lock_guard lock(mutex_);
  bool written = true;
  if (const auto kept = kept_.extract(turn_ + 1)) {
    kept_size_ -= kept.mapped().size();
    written = put(kept.key(), kept.mapped()) && flush_();
  }
  ++turn_;
  changed_.notify_all();
  return written;
}

bool TurnWriter::write(std::string_view text) {
  piece_ += text;
  return piece_.size() < kPiece || put_out();
}

bool TurnWriter::put_out() {
  {
    std::unique_lock lock(turns_->mutex_);
    const auto has_room = [&] { return turns_->kept_size_ + piece_.size() <= Turns::kMostKept; };
    turns_->changed_.wait(lock, [&] { return turns_->stopped_ || turns_->turn_ == file_ || has_room(); });
    if (turns_->stopped_) return false;
    if (turns_->turn_ != file_) {
      turns_->kept_size_ += piece_.size();
      turns_->kept_[file_] += piece_;
      piece_.clear();
      return true;
    }
  }
  const bool written = turns_->put(file_, piece_);
  piece_.clear();
  return written;
}

bool TurnWriter::flush() {
  if (!put_out()) return false;
  {
    const std::lock_guard lock(turns_->mutex_);
    if (turns_->turn_ != file_) return true;
  }
  return turns_->flush_();
}

bool TurnWriter::end_turn(const std::function<void()>& last) {
  const bool written = put_out() && turns_->flush_();
  last();
  return turns_->begin_next_turn() && written;
}

}  // namespace tracecheck::cmd

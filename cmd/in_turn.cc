#include "cmd/in_turn.h"

#include <utility>

namespace tracecheck::cmd {

void Turns::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

bool TurnWriter::is_turn() {
  const std::lock_guard lock(turns_->mutex_);
  return turns_->turn_ == file_;
}

bool TurnWriter::put(std::string_view text) {
  if (text.empty()) return true;
  if (!std::exchange(any_written_, true) && std::exchange(turns_->any_written_, true) && !turns_->separator_.empty() &&
      !turns_->sink_(turns_->separator_)) {
    return false;
  }
  return turns_->sink_(text);
}

bool TurnWriter::put_kept() {
  if (kept_.empty()) return true;
  {
    const std::lock_guard lock(turns_->mutex_);
    turns_->kept_ -= kept_.size();
    turns_->changed_.notify_all();
  }
  return put(std::exchange(kept_, {}));
}

bool TurnWriter::write(std::string_view text) {
  {
    std::unique_lock lock(turns_->mutex_);
    const auto has_room = [&] { return turns_->kept_ + text.size() <= Turns::kMostKept; };
    turns_->changed_.wait(lock, [&] { return turns_->stopped_ || turns_->turn_ == file_ || has_room(); });
    if (turns_->stopped_) return false;
    if (turns_->turn_ != file_) {
      turns_->kept_ += text.size();
      kept_ += text;
      return true;
    }
  }
  return put_kept() && put(text);
}

bool TurnWriter::flush() { return !is_turn() || (put_kept() && turns_->flush_()); }

bool TurnWriter::end_turn(const std::function<void()>& last) {
  const bool written = put_kept() && turns_->flush_();
  last();
  // The next one may write from here on.
  const std::lock_guard lock(turns_->mutex_);
  ++turns_->turn_;
  turns_->changed_.notify_all();
  return written;
}

}  // namespace tracecheck::cmd

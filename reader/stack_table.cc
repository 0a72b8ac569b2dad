#include "reader/stack_table.h"

#include <algorithm>

#include "reader/frame_memory.h"

namespace tracecheck {

bool StackTable::insert(std::uint64_t id, std::size_t count, bool again) {
  const Entry entry{static_cast<std::uint32_t>(frames_.size() - count + 1), static_cast<std::uint32_t>(count)};
  if (id == 0) return false;
  if (!again) return stacks_.insert(id, entry);
  stacks_.assign(id, entry);
  return true;
}

std::optional<std::uint64_t> StackTable::missing_text() const {
  auto missing = [this](const RawFrame& frame) -> std::optional<std::uint64_t> {
    for (const std::uint64_t id : {frame.function, frame.file}) {
      if (id != 0 && strings_.find(id) == nullptr) return id;
    }
    return std::nullopt;
  };
  // In a good trace no frame at all lacks its texts, which needs no table of pcs to tell.
  if (std::none_of(frames_.begin(), frames_.end(), [&](const RawFrame& f) { return missing(f).has_value(); })) {
    return std::nullopt;
  }
  for (std::uint32_t i = 0; i < frames_.size(); ++i) {
    if (first_mentions().at(frames_[i].pc) != i) continue;
    if (const auto id = missing(frames_[i])) return id;
  }
  return std::nullopt;
}

const IdHashMap<std::uint64_t, std::uint32_t>& StackTable::first_mentions() const {
  const std::lock_guard lock(mentions_mutex_);
  for (; mentions_ < frames_.size(); ++mentions_) first_by_pc_.try_emplace(frames_[mentions_].pc, mentions_);
  return first_by_pc_;
}

Frame StackTable::frame_of(const RawFrame& raw) const {
  Frame frame;
  frame.pc = raw.pc;
  frame.line = raw.line;
  const auto set = [this](std::uint64_t id, std::string_view& text, std::uint64_t& lost) {
    if (const Text* found = strings_.find(id)) {
      text = found->view();
    } else {
      lost = id;
    }
  };
  set(raw.function, frame.function, frame.lost_function);
  set(raw.file, frame.file, frame.lost_file);
  const bool whole = frame.lost_function == 0 && frame.lost_file == 0;
  const FrameMemory::Known* known = whole || lent_ == nullptr ? nullptr : lent_->find(raw.pc);
  if (known == nullptr) return frame;
  return Frame{raw.pc, known->function, known->file, known->line, true};
}

std::vector<Frame> StackTable::frames(std::uint64_t id) const {
  std::vector<Frame> result;
  const Entry* entry = stacks_.find(id);
  if (entry == nullptr) return result;
  const auto& first = first_mentions();
  result.reserve(entry->count);
  for (std::uint32_t i = 0; i < entry->count; ++i) {
    result.push_back(frame_of(frames_[first.at(frames_[entry->first - 1 + i].pc)]));
  }
  return result;
}

}  // namespace tracecheck

#include "reader/stack_table.h"

#include <algorithm>

namespace tracecheck {

bool StackTable::insert(std::uint64_t id, std::size_t count) {
  const auto first = static_cast<std::uint32_t>(frames_.size() - count + 1);
  return id != 0 && stacks_.insert(id, Entry{first, static_cast<std::uint32_t>(count)});
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
  if (first_by_pc_.empty()) {
    for (std::uint32_t i = 0; i < frames_.size(); ++i) first_by_pc_.try_emplace(frames_[i].pc, i);
  }
  return first_by_pc_;
}

std::string_view StackTable::text(std::uint64_t id) const {
  const Text* found = strings_.find(id);
  return found == nullptr ? std::string_view() : found->view();
}

std::vector<Frame> StackTable::frames(std::uint64_t id) const {
  std::vector<Frame> result;
  const Entry* entry = stacks_.find(id);
  if (entry == nullptr) return result;
  const auto& first = first_mentions();
  result.reserve(entry->count);
  for (std::uint32_t i = 0; i < entry->count; ++i) {
    const RawFrame& raw = frames_[first.at(frames_[entry->first - 1 + i].pc)];
    result.push_back(Frame{raw.pc, text(raw.function), text(raw.file), raw.line});
  }
  return result;
}

}  // namespace tracecheck

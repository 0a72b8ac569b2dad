#include "analysis/stack_pool.h"

#include <cstring>
#include <utility>

namespace tracecheck {
namespace {

// Not asked for yet in this generation.
constexpr StackPool::Index kUnknown = StackPool::kNoStack - 1;

// A record is the frames one after another, numbers in eight bytes each and texts behind their length.
void put(std::string& record, std::uint64_t number) {
  record.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& record, std::string_view text) {
  put(record, text.size());
  record += text;
}

std::uint64_t take_number(std::string_view& record) {
  std::uint64_t number = 0;
  std::memcpy(&number, record.data(), sizeof number);
  record.remove_prefix(sizeof number);
  return number;
}

std::string_view take_text(std::string_view& record) {
  const std::uint64_t size = take_number(record);
  const std::string_view text = record.substr(0, size);
  record.remove_prefix(size);
  return text;
}

struct ViewedFrame {
  std::string_view function;
  std::string_view file;
  std::uint64_t line = 0;
  std::uint64_t lost_function = 0;
  std::uint64_t lost_file = 0;
};

ViewedFrame take_frame(std::string_view& record) {
  ViewedFrame frame;
  frame.function = take_text(record);
  frame.file = take_text(record);
  frame.line = take_number(record);
  frame.lost_function = take_number(record);
  frame.lost_file = take_number(record);
  return frame;
}

}  // namespace

void StackPool::generation_begins() {
  near_.clear();
  far_.clear();
}

StackPool::Index& StackPool::near_or_far(std::uint64_t id) {
  if (id >= kNear) return far_.try_emplace(id, kUnknown).first->second;
  if (id >= near_.size()) near_.resize(static_cast<std::size_t>(id) + 1, kUnknown);
  return near_[static_cast<std::size_t>(id)];
}

StackPool::Index StackPool::intern(const Stack& stack) {
  if (!stack.present()) return kNoStack;
  Index& index = near_or_far(stack.id());
  if (index != kUnknown) return index;
  record_.clear();
  for (const Frame& frame : stack.frames()) {
    put(record_, frame.function);
    put(record_, frame.file);
    put(record_, frame.line);
    put(record_, frame.lost_function);
    put(record_, frame.lost_file);
  }
  index = record_.empty() ? kNoStack : insert(record_);
  return index;
}

StackPool::Index StackPool::insert(std::string record) {
  const auto [entry, is_new] = indices_.try_emplace(std::move(record), static_cast<Index>(stacks_.size()));
  if (is_new) stacks_.push_back(&entry->first);
  return entry->second;
}

std::vector<OwnedFrame> StackPool::frames(Index stack) const {
  std::vector<OwnedFrame> frames;
  if (stack == kNoStack) return frames;
  std::string_view record = *stacks_[stack];
  while (!record.empty()) {
    const ViewedFrame frame = take_frame(record);
    frames.push_back({std::string(frame.function), std::string(frame.file), frame.line, frame.lost_function,
                      frame.lost_file});
  }
  return frames;
}

std::string_view StackPool::outermost_function(Index stack) const {
  std::string_view function;
  if (stack == kNoStack) return function;
  std::string_view record = *stacks_[stack];
  while (!record.empty()) function = take_frame(record).function;
  return function;
}

StackPool::Index StackPool::adopt(const StackPool& other, Index stack) {
  return stack == kNoStack ? kNoStack : insert(*other.stacks_[stack]);
}

}  // namespace tracecheck

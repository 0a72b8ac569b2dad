#include "analysis/stack_pool.h"

#include <utility>

#include "analysis/frames_record.h"

namespace tracecheck {
namespace {

// Not asked for yet in this generation.
constexpr StackPool::Index kUnknown = StackPool::kNoStack - 1;

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
  std::string record;
  append_frames_record(record, stack);
  index = record.empty() ? kNoStack : insert(std::move(record));
  return index;
}

StackPool::Index StackPool::insert(std::string record) {
  const auto [entry, is_new] = indices_.try_emplace(std::move(record), static_cast<Index>(records_.size()));
  if (is_new) records_.push_back(&entry->first);
  return entry->second;
}

std::string_view StackPool::outermost_function(Index stack) const {
  const std::vector<Frame> frames = frames_of_record(record(stack));
  return frames.empty() ? std::string_view() : frames.back().function;
}

StackPool::Index StackPool::adopt(const StackPool& other, Index stack) {
  return stack == kNoStack ? kNoStack : insert(other.record(stack));
}

}  // namespace tracecheck

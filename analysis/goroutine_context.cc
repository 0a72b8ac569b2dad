#include "analysis/goroutine_context.h"

#include <algorithm>
#include <utility>

namespace tracecheck {

bool GoroutineContext::wants(GoroutineId id) const {
  if (id == kNone) return false;
  if (size_.before > 0) return true;
  const auto found = goroutines_.find(id);
  return found != goroutines_.end() && found->second.open != nullptr;
}

bool GoroutineContext::add(GoroutineId id, const std::string& text) {
  Goroutine& goroutine = goroutines_[id];
  ContextBlock* const open = goroutine.open.get();
  if (open != nullptr) open->lines.push_back({goroutine.next, text});
  const bool full = open != nullptr && goroutine.next - open->match >= size_.after;
  remember(goroutine, text);
  return !full || close(goroutine);
}

void GoroutineContext::pass(GoroutineId id) {
  if (const auto found = goroutines_.find(id); found != goroutines_.end()) ++found->second.next;
}

bool GoroutineContext::add_match(GoroutineId id, Time time, const std::string& text) {
  if (id == kNone) return match_of_none(time, text);
  Goroutine& goroutine = goroutines_[id];
  if (!close(goroutine)) return false;
  begin_block(goroutine, time, text);
  remember(goroutine, text);
  return size_.after > 0 || close(goroutine);
}

bool GoroutineContext::add_last_words(GoroutineId id, Time time, const std::string& text) {
  if (id == kNone) return match_of_none(time, text);
  Goroutine& goroutine = goroutines_[id];
  if (!close(goroutine)) return false;
  begin_block(goroutine, time, text);
  ++goroutine.next;
  return close(goroutine);
}

bool GoroutineContext::match_of_none(Time time, const std::string& text) {
  Goroutine none;
  begin_block(none, time, text);
  return close(none);
}

void GoroutineContext::remember(Goroutine& goroutine, const std::string& text) {
  if (size_.before > 0) {
    if (goroutine.before.size() == size_.before) goroutine.before.pop_front();
    goroutine.before.push_back({goroutine.next, text});
  }
  ++goroutine.next;
}

// All lines before the match are in it, as whether a block before this one is put out is not known yet.
void GoroutineContext::begin_block(Goroutine& goroutine, Time time, const std::string& text) {
  if (!goroutine.progress) goroutine.progress = std::make_shared<ContextBlock::Progress>();
  goroutine.open = std::make_unique<ContextBlock>();
  ++open_;
  ContextBlock& block = *goroutine.open;
  block.time = time;
  block.match = goroutine.next;
  block.progress = goroutine.progress;
  block.lines.assign(goroutine.before.begin(), goroutine.before.end());
  block.lines.push_back({goroutine.next, text});
}

bool GoroutineContext::close(Goroutine& goroutine) {
  if (goroutine.open == nullptr) return true;
  const std::unique_ptr<ContextBlock> block = std::move(goroutine.open);
  --open_;
  return take_(std::move(*block));
}

bool GoroutineContext::end(GoroutineId id) {
  const auto found = goroutines_.find(id);
  if (found == goroutines_.end()) return true;
  const bool taken = close(found->second);
  goroutines_.erase(found);
  return taken;
}

bool GoroutineContext::finish() {
  std::vector<std::pair<Time, GoroutineId>> open;
  for (const auto& [id, goroutine] : goroutines_) {
    if (goroutine.open != nullptr) open.emplace_back(goroutine.open->time, id);
  }
  // Nothing that is printed may depend on the order in a map.
  std::sort(open.begin(), open.end());
  bool taken = true;
  for (const auto& [time, id] : open) taken = taken && close(goroutines_[id]);
  goroutines_.clear();
  open_ = 0;
  return taken;
}

}  // namespace tracecheck

#include "export/waits.h"

#include "format/clock.h"

namespace tracecheck {

void Waits::add(const Transition& transition) {
  if (transition.segment != segment_) finish();
  segment_ = transition.segment;
  const GoroutineId id = transition.goroutine;
  Goroutine& goroutine = goroutines_[id];
  if (transition.from == State::NotExist && transition.to == State::Syscall) {
    unsure_.erase(id);
    goroutine = {};
    goroutine.of_c_thread = true;
  }
  if (goroutine.wait && transition.to != state_) end_wait(transition, goroutine);
  if (transition.from == State::Running || transition.to == State::Running) run(id, goroutine);
  if (transition.to == state_ && transition.begins_wait && !goroutine.wait) {
    goroutine.wait = {transition.time, profile_.stack(transition.stack)};
  }
  if (transition.to == State::NotExist) end(id, goroutine);
}

void Waits::end_wait(const Transition& transition, Goroutine& goroutine) {
  const Wait wait = *goroutine.wait;
  goroutine.wait.reset();
  // Where it comes from another state, what ended the wait is not here: it is lost, or not selected.
  if (transition.from != state_) return;
  const std::int64_t duration = elapsed(wait.begin, transition.time);
  if (duration <= 0) return;
  if (goroutine.ran && !goroutine.of_c_thread) {
    profile_.add(wait.stack, 1, duration);
    return;
  }
  Sum& sum = unsure_[transition.goroutine][wait.stack];
  ++sum.count;
  sum.duration += duration;
}

void Waits::run(GoroutineId id, Goroutine& goroutine) {
  if (!goroutine.ran) unsure_.erase(id);
  goroutine.ran = true;
}

void Waits::end(GoroutineId id, const Goroutine& goroutine) {
  if (goroutine.of_c_thread) return;  // until its id is used again
  if (const auto unsure = unsure_.find(id); unsure != unsure_.end()) {
    for (const auto& [stack, sum] : unsure->second) profile_.add(stack, sum.count, sum.duration);
    unsure_.erase(unsure);
  }
  goroutines_.erase(id);
}

void Waits::finish() {
  for (const auto& [id, sums] : unsure_) {
    for (const auto& [stack, sum] : sums) profile_.add(stack, sum.count, sum.duration);
  }
  unsure_.clear();
  goroutines_.clear();
}

}  // namespace tracecheck

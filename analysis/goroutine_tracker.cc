#include "analysis/goroutine_tracker.h"

#include <algorithm>

#include "analysis/context_stack.h"

namespace tracecheck {
// Stacks that nobody was last seen with would add up otherwise.
void GoroutineTracker::generation_begins() {
  stacks_.generation_begins();
  if (stacks_.size() < 1024 + 2 * goroutines_.size()) return;
  StackPool kept;
  goroutines_.for_each([&](Goroutine& goroutine) { goroutine.stack = kept.adopt(stacks_, goroutine.stack); });
  stacks_ = std::move(kept);
}

GoroutineTracker::Goroutine& GoroutineTracker::add(GoroutineId id) {
  const Slot slot = goroutines_.insert(id);
  Goroutine& goroutine = goroutines_[slot];
  goroutine = Goroutine{};
  goroutine.id = id;
  goroutine.live = true;
  ++seen_;
  return goroutine;
}

// The function that a goroutine began with is the outermost of any of its stacks.
void GoroutineTracker::learn(Goroutine& goroutine, const Stack& stack) {
  const StackPool::Index index = stacks_.intern(stack);
  if (index == StackPool::kNoStack || index == goroutine.stack) return;
  goroutine.stack = index;
  if (goroutine.function != kNoName) return;
  goroutine.function = name_or_none(stacks_.outermost_function(index));
  if (goroutine.function == kNoName) return;
  for (const Time latency : goroutine.unnamed_latencies) functions_[goroutine.function].latency.add(latency);
  goroutine.unnamed_latencies = {};
}

void GoroutineTracker::see_context(const Event& event) {
  if (!has_stack_of_context(event)) return;
  if (Goroutine* goroutine = goroutines_.get(event.goroutine)) learn(*goroutine, event.stack);
}

// Transitions

void GoroutineTracker::transition(const Event& event, const StateTransition& transition, const Moment& moment) {
  if (transition.resource.kind == ResourceKind::Proc) proc_transition(transition, moment.now);
  if (transition.resource.kind != ResourceKind::Goroutine) return;
  Goroutine* known = goroutines_.get(transition.resource.id);
  if (transition.to == State::NotExist) {
    if (known == nullptr || !known->present) return;
    learn(*known, transition.stack);
    leave(*known, State::NotExist, moment.now, moment);
    return end(*known, moment.now, moment);
  }
  Goroutine& goroutine = known == nullptr ? add(transition.resource.id) : *known;
  const bool created = transition.from == State::NotExist;
  if (created && goroutine.present) vanish(goroutine, moment.now);
  if (goroutine.present && goroutine.state == transition.to) return learn(goroutine, transition.stack);
  if (goroutine.present) {
    leave(goroutine, transition.to, moment.now, moment);
  } else {
    appear(goroutine, event, transition, moment);
  }
  learn(goroutine, transition.stack);
  enter(goroutine, event, transition, moment);
}

// Created, or there already as the trace begins.
void GoroutineTracker::appear(Goroutine& goroutine, const Event& event, const StateTransition& transition,
                              const Moment& moment) {
  const bool before = transition.from == State::Undetermined;
  goroutine.present = true;
  goroutine.forever = false;
  goroutine.since_start = transition.from != State::NotExist;
  goroutine.present_since = before ? moment.sync : moment.now;
  if (!goroutine.told) {
    goroutine.creation_seen = !goroutine.since_start;
    goroutine.created = moment.now;
    if (goroutine.creation_seen) goroutine.creator = event.goroutine;
  }
  goroutine.told = true;
  if (goroutine.since_start) {
    ++census_.before;
  } else {
    count_new(moment);
  }
  goroutine.of_c_thread = goroutine.of_c_thread || (!goroutine.since_start && transition.to == State::Syscall);
  if (!before) return;
  const Time waited = between(moment.sync, moment.now);
  switch (transition.to) {
    case State::Running: add_duration(goroutine.times.states.execution, waited); break;
    case State::Runnable: add_duration(goroutine.times.states.scheduling_wait, waited); break;
    case State::Waiting:
      add_duration(goroutine.times.states.blocked, waited);
      goroutine.times.blocked.add(name_or_none(transition.reason), waited);
      break;
    case State::Syscall:
      add_duration(event.proc == kNone ? goroutine.times.states.syscall_block : goroutine.times.states.syscall, waited);
      break;
    default: break;
  }
}

void GoroutineTracker::enter(Goroutine& goroutine, const Event& event, const StateTransition& transition,
                             const Moment& moment) {
  goroutine.state = transition.to;
  goroutine.since = moment.now;
  goroutine.since_start = transition.from == State::Undetermined;
  goroutine.entered = goroutine.since_start ? moment.sync : moment.now;
  goroutine.salvaged = event.salvaged;
  goroutine.reason = name_or_none(transition.reason);
  if (goroutine.state == State::Syscall) {
    goroutine.syscall_proc = event.proc;
    syscalls_[event.proc] = goroutine.id;
  }
  if (goroutine.state != State::Waiting || transition.reason != "forever") return;
  add_duration(goroutine.times.total, between(goroutine.present_since, moment.now));
  close_ranges(goroutine, moment.now);
  close_regions(goroutine, moment.now);
  goroutine.forever = true;
}

// What it has done in the state that it is in.
StateTimes GoroutineTracker::in_state(const Goroutine& goroutine, Time now) {
  StateTimes times;
  const Time time = between(goroutine.since, now);
  switch (goroutine.state) {
    case State::Running: times.execution = time; break;
    case State::Runnable: times.scheduling_wait = time; break;
    case State::Waiting: times.blocked = goroutine.forever ? 0 : time; break;
    case State::Syscall:
      times.syscall = goroutine.syscall_blocked ? between(goroutine.since, *goroutine.syscall_blocked) : time;
      times.syscall_block = goroutine.syscall_blocked ? between(*goroutine.syscall_blocked, now) : 0;
      break;
    default: break;
  }
  return times;
}

StateTimes GoroutineTracker::so_far(const Goroutine& goroutine, Time now) {
  StateTimes times = goroutine.times.states;
  times += in_state(goroutine, now);
  return times;
}

void GoroutineTracker::leave(Goroutine& goroutine, State to, Time now, const Moment& moment) {
  const StateTimes times = in_state(goroutine, now);
  goroutine.times.states += times;
  if (goroutine.state == State::Waiting) goroutine.times.blocked.add(goroutine.reason, times.blocked);
  if (goroutine.state == State::Runnable && to == State::Running && !goroutine.since_start) {
    add_latency(goroutine, times.scheduling_wait, moment);
  }
  if (goroutine.state != State::Syscall) return;
  goroutine.syscall_blocked.reset();
  const auto on_proc = syscalls_.find(goroutine.syscall_proc);
  if (on_proc != syscalls_.end() && on_proc->second == goroutine.id) syscalls_.erase(on_proc);
}

void GoroutineTracker::see_wait(const Goroutine& goroutine, Time duration, bool unended, const Moment& moment) {
  if (!is_longer(duration, longest_latency_)) return;
  longest_latency_ = {duration,     between(moment.start, goroutine.entered),
                      unended,      goroutine.id,
                      std::nullopt, goroutine.stack == StackPool::kNoStack ? "" : stacks_.record(goroutine.stack)};
}

void GoroutineTracker::add_latency(Goroutine& goroutine, Time latency, const Moment& moment) {
  latency_.add(latency);
  see_wait(goroutine, latency, false, moment);
  if (goroutine.function == kNoName) {
    goroutine.unnamed_latencies.push_back(latency);
  } else {
    functions_[goroutine.function].latency.add(latency);
  }
}

// A proc that is taken away from a goroutine in a system call.
void GoroutineTracker::proc_transition(const StateTransition& transition, Time now) {
  if (transition.to != State::Idle || transition.from == transition.to) return;
  const auto found = syscalls_.find(transition.resource.id);
  if (found == syscalls_.end()) return;
  Goroutine* goroutine = goroutines_.get(found->second);
  if (goroutine != nullptr && goroutine->state == State::Syscall) goroutine->syscall_blocked = now;
  syscalls_.erase(found);
}

// It is there no longer, but may come again.
void GoroutineTracker::vanish(Goroutine& goroutine, Time now) {
  if (!goroutine.forever) {
    add_duration(goroutine.times.total, between(goroutine.present_since, now));
    close_ranges(goroutine, now);
    close_regions(goroutine, now);
  }
  goroutine.present = false;
  goroutine.state = State::Undetermined;
  --census_.change;
}

void GoroutineTracker::end(Goroutine& goroutine, Time now, const Moment& moment) {
  vanish(goroutine, now);
  if (goroutine.of_c_thread) return;
  record(goroutine, now, false, moment);
  goroutines_.erase(goroutines_.slot_of(goroutine));
}

void GoroutineTracker::record(const Goroutine& goroutine, std::optional<Time> ended, bool at_end,
                              const Moment& moment) {
  FunctionGroup& group = functions_[goroutine.function];
  ++group.goroutines;
  if (at_end) ++group.at_end;
  group.times += goroutine.times;
  for (const Time latency : goroutine.unnamed_latencies) group.latency.add(latency);
  if (!each_) return;
  const auto from_start = [&](Time time) { return between(moment.start, time); };
  ended_.push_back({goroutine.id, goroutine.function, goroutine.creator,
                    goroutine.creation_seen ? std::optional(from_start(goroutine.created)) : std::nullopt,
                    ended ? std::optional(from_start(*ended)) : std::nullopt, goroutine.times});
}

// What is still there will say so, and the rest may be gone.
void GoroutineTracker::gap(const Moment& moment) {
  const Time lost = moment.before_sync;
  goroutines_.for_each([&](Goroutine& goroutine) {
    if (!goroutine.present) return;
    leave(goroutine, State::Undetermined, lost, moment);
    vanish(goroutine, lost);
  });
  close_all_ranges(lost);
  syscalls_.clear();
  end_census();
}

// How many there are

void GoroutineTracker::count_new(const Moment& moment) {
  if (++census_.change <= census_.most_change) return;
  census_.most_change = census_.change;
  census_.most_at = between(moment.start, moment.now);
}

void GoroutineTracker::end_census() {
  if (census_.most() > most_) {
    most_ = census_.most();
    most_at_ = census_.most_at;
  }
  census_ = {};
}

}  // namespace tracecheck

// The part of RecentActivity that follows the scheduler, ranges and regions.
#include <algorithm>

#include "analysis/recent_activity.h"

namespace tracecheck {
namespace {

bool executes(State state) { return state == State::Running || state == State::Syscall; }

RecentKind kind_of(State state) {
  switch (state) {
    case State::Running: return RecentKind::Running;
    case State::Runnable: return RecentKind::Runnable;
    case State::Syscall: return RecentKind::Syscall;
    default: return RecentKind::Blocked;
  }
}

}  // namespace

void RecentActivity::take(const Event& event, const StateTransition& transition) {
  if (transition.from == State::Undetermined) gap();
  if (transition.resource.kind == ResourceKind::Goroutine) goroutine_transition(event, transition);
  if (transition.resource.kind == ResourceKind::Proc && transition.to != State::Running) {
    leave_proc(transition.resource.id);
  }
}

RecentActivity::Goroutine& RecentActivity::goroutine_of(GoroutineId id) {
  if (Goroutine* known = goroutines_.get(id)) return *known;
  Goroutine& goroutine = goroutines_.find_or_add(id);
  goroutine_count_.set(now_, goroutines_.size());
  return goroutine;
}

void RecentActivity::goroutine_transition(const Event& event, const StateTransition& transition) {
  const GoroutineId id = transition.resource.id;
  if (transition.to == State::NotExist) {
    if (Goroutine* goroutine = goroutines_.get(id)) destroy(*goroutine);
    return;
  }
  if (transition.from == State::Undetermined && !event.salvaged && goroutines_.get(id) == nullptr) {
    goroutine_count_.reach(now_);
    goroutine_count_.raise_since(after_gap_);  // it was there all the time
  }
  Goroutine& goroutine = goroutine_of(id);
  const StackPool::Index stack = stacks_.intern(transition.stack);
  learn(goroutine, stack);
  const bool elsewhere = transition.to == State::Running && goroutine.proc != event.proc;
  if (goroutine.state == transition.to && !elsewhere) return;
  leave_state(goroutine);
  if (!executes(transition.to)) leave_proc(goroutine.proc);
  goroutine.state = transition.to;
  goroutine.entered = opened(event, transition.from == State::Undetermined, goroutine.changed);
  if (!transition.reason.empty()) goroutine.entered.name = names_.intern(transition.reason);
  goroutine.entered.stack = stack;
  if (transition.to == State::Running) enter_proc(goroutine, event.proc);
}

// By the function of the outermost frame, of whatever stack comes first.
void RecentActivity::learn(Goroutine& goroutine, StackPool::Index stack) {
  if (goroutine.function != kNoName || stack == StackPool::kNoStack) return;
  const std::string_view function = stacks_.outermost_function(stack);
  if (!function.empty()) goroutine.function = names_.intern(function);
}

void RecentActivity::leave_state(Goroutine& goroutine) {
  if (goroutine.state == State::Undetermined) return;
  close_of(goroutine, goroutine.entered, kind_of(goroutine.state));
  goroutine.changed = slices_.empty() ? 0 : slices_.back().end;
  goroutine.state = State::Undetermined;
}

void RecentActivity::destroy(Goroutine& goroutine) {
  leave_state(goroutine);
  leave_proc(goroutine.proc);
  for (std::size_t depth = goroutine.regions.size(); depth > 0; --depth) {
    close_of(goroutine, goroutine.regions[depth - 1], RecentKind::Region, depth - 1);
  }
  if (goroutine.assist) close_of(goroutine, *goroutine.assist, RecentKind::Region, goroutine.regions.size());
  goroutines_.erase(goroutines_.slot_of(goroutine));
  goroutine_count_.set(now_, goroutines_.size());
}

// Procs

void RecentActivity::enter_proc(Goroutine& goroutine, ProcId id) {
  if (id == kNone || goroutine.proc == id) return;
  leave_proc(goroutine.proc);
  leave_proc(id);
  Proc& proc = procs_.find_or_add(id);
  proc.goroutine = goroutine.id;
  proc.entered = goroutine.entered;
  proc.entered.since = std::max(goroutine.entered.since, proc.changed);
  proc.entered.name = kNoName;
  goroutine.proc = id;
}

void RecentActivity::leave_proc(ProcId id) {
  Proc* proc = id == kNone ? nullptr : procs_.get(id);
  if (proc == nullptr || proc->goroutine == kNone) return;
  RecentSlice slice{.kind = RecentKind::OnProc, .goroutine = proc->goroutine, .proc = id};
  if (Goroutine* goroutine = goroutines_.get(proc->goroutine)) {
    slice.function = goroutine->function;
    goroutine->proc = kNone;
  }
  proc->goroutine = kNone;
  close(proc->entered, slice);
  proc->changed = slices_.empty() ? 0 : slices_.back().end;
}

// Ranges and regions

void RecentActivity::range_begins(const Event& event, const Range& range, bool active) {
  Open open = opened(event, active);
  open.stack = stacks_.intern(event.stack);
  switch (range.type) {
    case RangeType::GCMark:
      if (!gc_) gc_ = open;
      return;
    case RangeType::StopTheWorld:
      open.name = names_.intern(range.stop_kind);
      stops_.push_back(open);
      return;
    case RangeType::GCMarkAssist: {
      Goroutine* goroutine = goroutines_.get(range.resource.id);
      if (goroutine == nullptr || goroutine->assist) return;
      open.name = names_.intern(range.name());
      goroutine->assist = open;
      return;
    }
    case RangeType::GCSweep: return;  // there are too many, and they say little
  }
}

void RecentActivity::range_ends(const Range& range) {
  switch (range.type) {
    case RangeType::GCMark:
      if (gc_) close(*gc_, {.kind = RecentKind::GcCycle});
      gc_.reset();
      return;
    case RangeType::StopTheWorld:
      if (stops_.empty()) return;
      close(stops_.back(), {.kind = RecentKind::WorldStop});
      stops_.pop_back();
      return;
    case RangeType::GCMarkAssist: {
      Goroutine* goroutine = goroutines_.get(range.resource.id);
      if (goroutine == nullptr || !goroutine->assist) return;
      close_of(*goroutine, *goroutine->assist, RecentKind::Region, goroutine->regions.size());
      goroutine->assist.reset();
      return;
    }
    case RangeType::GCSweep: return;
  }
}

void RecentActivity::region_begins(const Event& event, const RegionBegin& region) {
  Goroutine* goroutine = goroutines_.get(event.goroutine);
  if (goroutine == nullptr) return;
  Open open = opened(event, false);
  open.name = names_.intern(region.type);
  open.stack = stacks_.intern(event.stack);
  goroutine->regions.push_back(open);
}

void RecentActivity::region_ends(const Event& event) {
  Goroutine* goroutine = goroutines_.get(event.goroutine);
  if (goroutine == nullptr || goroutine->regions.empty()) return;
  const Open open = goroutine->regions.back();
  goroutine->regions.pop_back();
  close_of(*goroutine, open, RecentKind::Region, goroutine->regions.size());
}

}  // namespace tracecheck

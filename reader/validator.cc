#include "reader/validator.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tracecheck {
namespace {

std::string describe(const Resource& resource) {
  switch (resource.kind) {
    case ResourceKind::None: return "the process";
    case ResourceKind::Goroutine: return "goroutine " + std::to_string(resource.id);
    case ResourceKind::Proc: return "proc " + std::to_string(resource.id);
  }
  return {};
}

// Executing states bind a goroutine or proc to a thread.
bool executing(State state) { return state == State::Running || state == State::Syscall; }

}  // namespace

std::optional<Validator::Problem> Validator::check(const Event& event) {
  // Everything is looked at, so that the state stays right; the first problem is the answer.
  Result first = check_time(event);
  auto also = [&first](Result next) {
    if (!first) first = std::move(next);
  };
  if (event.kind() == EventKind::Sync) {
    checked_stacks_.clear();
    checked_far_stacks_.clear();
  }
  also(check_stack(event.stack));
  also(check_body(event));
  return first;
}

Validator::Result Validator::check_body(const Event& event) {
  switch (event.kind()) {
    case EventKind::Sync: return check_sync(*event.as<Sync>());
    case EventKind::Label: return check_label(*event.as<Label>());
    case EventKind::StateTransition: return check_transition(event, *event.as<StateTransition>());
    case EventKind::RangeBegin: return check_range_begin(*event.as<RangeBegin>());
    case EventKind::RangeActive: {
      // An active range may have begun before the trace: this is where it becomes known.
      const Range& range = *event.as<RangeActive>();
      std::vector<OpenRange>& ranges = ranges_of(range.resource);
      if (std::none_of(ranges.begin(), ranges.end(), [&](const OpenRange& r) { return r.is(range); })) {
        ranges.push_back({range.type, std::string(range.stop_kind)});
      }
      return std::nullopt;
    }
    case EventKind::RangeEnd: return check_range_end(*event.as<RangeEnd>());
    case EventKind::TaskBegin: return check_task_begin(*event.as<TaskBegin>());
    case EventKind::TaskEnd: return check_task_end(*event.as<TaskEnd>());
    default: return std::nullopt;
  }
}

Validator::Result Validator::check_time(const Event& event) {
  const Time previous = last_time_;
  if (previous != 0 && event.time <= previous) {
    return Problem{DamageCode::TimeNotIncreasing,
                   "time " + std::to_string(event.time) + " does not come after " + std::to_string(previous)};
  }
  last_time_ = event.time;
  return std::nullopt;
}

Validator::Result Validator::check_stack(const Stack& stack) {
  constexpr std::uint64_t kNear = 1U << 20U;
  if (!stack.present()) return std::nullopt;
  const std::uint64_t id = stack.id();
  if (id < kNear) {
    if (id >= checked_stacks_.size()) checked_stacks_.resize(static_cast<std::size_t>(id) + 1);
    if (checked_stacks_[static_cast<std::size_t>(id)]) return std::nullopt;
    checked_stacks_[static_cast<std::size_t>(id)] = true;
  } else if (!checked_far_stacks_.insert(id).second) {
    return std::nullopt;
  }
  const std::vector<Frame> frames = stack.frames();
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const Frame& f = frames[i];
    if (f.function.empty() || f.file.empty() || f.pc == 0 || f.line == 0) {
      return Problem{DamageCode::FrameIncomplete,
                     "frame " + std::to_string(i) + " of stack " + std::to_string(id) + " lacks function, file, pc or line"};
    }
  }
  return std::nullopt;
}

Validator::Result Validator::check_sync(const Sync& sync) {
  const std::uint64_t expected = last_sync_ + 1;
  last_sync_ = sync.n;
  if (sync.n != expected) {
    return Problem{DamageCode::SyncNumber, "Sync has number " + std::to_string(sync.n) + " instead of " + std::to_string(expected)};
  }
  return check_snapshot(sync);
}

Validator::Result Validator::check_snapshot(const Sync& sync) {
  if (!has_sync_batches(version_) || !sync.begins_generation) return std::nullopt;
  const std::string who = "Sync " + std::to_string(sync.n);
  if (!sync.clock_snapshot) return Problem{DamageCode::SnapshotMissing, who + " has no clock snapshot"};
  const ClockSnapshot now = *sync.clock_snapshot;
  const std::optional<ClockSnapshot> before = std::exchange(last_snapshot_, now);
  const bool no_wall = now.wall_seconds == 0 && now.wall_nanoseconds == 0;
  if (now.trace == 0 || now.monotonic == 0 || no_wall) {
    return Problem{DamageCode::SnapshotZero, who + " has a clock snapshot with a clock at zero"};
  }
  if (!before) return std::nullopt;
  if (std::tie(now.wall_seconds, now.wall_nanoseconds) < std::tie(before->wall_seconds, before->wall_nanoseconds)) {
    wall_clock_stepped_back_ = true;
  }
  if (now.monotonic <= before->monotonic || now.trace <= before->trace) {
    return Problem{DamageCode::SnapshotNotForward, who + " has a clock snapshot that is not later than the one before"};
  }
  return std::nullopt;
}

Validator::Result Validator::check_label(const Label& label) const {
  if (label.label.empty()) return Problem{DamageCode::LabelEmpty, "an empty label on " + describe(label.resource)};
  const Resources& known = label.resource.kind == ResourceKind::Proc ? procs_ : goroutines_;
  const Slot slot = known.find(label.resource.id);
  if (label.resource.kind == ResourceKind::None || slot == kNoSlot || !known[slot].known) {
    return Problem{DamageCode::LabelUnknownResource, "a label on " + describe(label.resource) + ", of which nothing is known"};
  }
  return std::nullopt;
}

Validator::ResourceState& Validator::state_of(Resources& resources, std::int64_t id) {
  Slot slot = resources.find(id);
  if (slot == kNoSlot) {
    slot = resources.insert(id);
    ResourceState& fresh = resources[slot];
    fresh.known = false;
    fresh.state = State::Undetermined;
    fresh.bound = false;
    fresh.ranges.clear();
  }
  return resources[slot];
}

Validator::Result Validator::check_transition(const Event& event, const StateTransition& transition) {
  const Resource& resource = transition.resource;
  Resources& all = resources(resource.kind);
  ResourceState& state = state_of(all, resource.id);
  Result first = check_stack(transition.stack);
  auto also = [&first](Result next) {
    if (!first) first = std::move(next);
  };
  also(check_states(transition, state));
  state.known = true;
  state.state = transition.to;
  if (executing(transition.to)) {
    also(bind(event, resource, state));
  } else if (executing(transition.from)) {
    if (resource.kind == ResourceKind::Goroutine && transition.stack != event.stack) {
      also(Problem{DamageCode::StopStackDiffers, describe(resource) + " stops, but its stack is not that of its thread"});
    }
    also(unbind(resource, state));
  }
  if (transition.to == State::NotExist) all.erase(all.find(resource.id));
  return first;
}

Validator::Result Validator::check_states(const StateTransition& transition, ResourceState& state) const {
  // Called for every transition: texts are made only where they are needed.
  auto who = [&transition] { return describe(transition.resource); };
  if (transition.to == State::Undetermined) {
    return Problem{DamageCode::TransitionToUndetermined, who() + " goes to an undetermined state"};
  }
  if (transition.from == State::Undetermined && last_sync_ > 1) {
    return Problem{DamageCode::TransitionFromUndetermined, who() + " is undetermined after the second Sync"};
  }
  if (transition.to == State::NotExist && !state.ranges.empty()) {
    return Problem{DamageCode::EndedWithOpenRange, who() + " ends in the middle of a range"};
  }
  if (state.known && transition.from != state.state) {
    return Problem{DamageCode::TransitionFromState, who() + " leaves state " + std::string(state_name(transition.from)) +
                                                        ", but was in " + std::string(state_name(state.state))};
  }
  if (!state.known && transition.from != State::Undetermined && transition.from != State::NotExist) {
    return Problem{DamageCode::ResourceFirstState,
                   who() + " is met for the first time, but leaves state " + std::string(state_name(transition.from))};
  }
  return std::nullopt;
}

Validator::ThreadState& Validator::thread(ThreadId id) {
  Slot slot = threads_.find(id);
  if (slot == kNoSlot) slot = threads_.insert(id);
  return threads_[slot];
}

Validator::Result Validator::bind(const Event& event, const Resource& resource, ResourceState& state) {
  if (event.thread == kNone) {
    return Problem{DamageCode::ThreadMissing, describe(resource) + " runs, but on no thread"};
  }
  std::int64_t& bound = thread(event.thread).bound[resource.kind == ResourceKind::Proc ? 1 : 0];
  Result problem;
  if (bound != kNone && bound != resource.id) {
    problem = Problem{DamageCode::ThreadBusy, describe(resource) + " runs on thread " + std::to_string(event.thread) +
                                                  ", where " + describe({resource.kind, bound}) + " runs"};
  }
  bound = resource.id;
  state.bound = true;
  state.bound_to = event.thread;
  return problem;
}

Validator::Result Validator::unbind(const Resource& resource, ResourceState& state) {
  if (!state.bound) return Problem{DamageCode::ResourceNotBound, describe(resource) + " stops, but ran on no thread"};
  std::int64_t& bound = thread(state.bound_to).bound[resource.kind == ResourceKind::Proc ? 1 : 0];
  state.bound = false;
  Result problem;
  if (bound != resource.id) {
    problem = Problem{DamageCode::ResourceNotBound, describe(resource) + " stops, but its thread " +
                                                        std::to_string(state.bound_to) + " runs another"};
  }
  bound = kNone;
  return problem;
}

std::vector<Validator::OpenRange>& Validator::ranges_of(const Resource& resource) {
  if (resource.kind == ResourceKind::None) return global_ranges_;
  return state_of(resources(resource.kind), resource.id).ranges;
}

Validator::Result Validator::check_range_begin(const Range& range) {
  std::vector<OpenRange>& ranges = ranges_of(range.resource);
  Result problem;
  if (std::any_of(ranges.begin(), ranges.end(), [&](const OpenRange& r) { return r.is(range); })) {
    problem = Problem{DamageCode::RangeBegunTwice, range.name() + " begins twice on " + describe(range.resource)};
  }
  ranges.push_back({range.type, std::string(range.stop_kind)});
  return problem;
}

Validator::Result Validator::check_range_end(const Range& range) {
  std::vector<OpenRange>& ranges = ranges_of(range.resource);
  const auto found = std::find_if(ranges.begin(), ranges.end(), [&](const OpenRange& r) { return r.is(range); });
  if (found == ranges.end()) {
    return Problem{DamageCode::RangeNotOpen, range.name() + " ends on " + describe(range.resource) + ", where it never began"};
  }
  ranges.erase(found);
  return std::nullopt;
}

Validator::Result Validator::check_task_begin(const Task& task) {
  tasks_.insert_or_assign(task.id, std::string(task.type));
  if (task.id == kNoTask || task.id == kBackgroundTask) {
    return Problem{DamageCode::TaskIdReserved, "a task begins with id " + std::to_string(task.id) + ", which is reserved"};
  }
  if (task.parent == kBackgroundTask) {
    return Problem{DamageCode::TaskParentBackground, "task " + std::to_string(task.id) + " has the background task as parent"};
  }
  return std::nullopt;
}

Validator::Result Validator::check_task_end(const Task& task) {
  const auto found = tasks_.find(task.id);
  if (found == tasks_.end()) return std::nullopt;
  const std::string begun = std::move(found->second);
  tasks_.erase(found);
  if (begun == task.type) return std::nullopt;
  return Problem{DamageCode::TaskTypeDiffers, "task " + std::to_string(task.id) + " ends as another type than it began with"};
}

}  // namespace tracecheck

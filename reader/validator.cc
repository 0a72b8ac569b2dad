#include "reader/validator.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "reader/typed_event.h"

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

// What is called for every event is put together in one place, `pass`.

[[gnu::always_inline]] inline void Validator::check_time(Time time) {
  if (last_time_ != 0 && time <= last_time_) [[unlikely]]
    return not_increasing(time);
  last_time_ = time;
}

// Each stack once a generation.
void Validator::check_stack(const Stack& stack) {
  if (stack.present() && checked_stacks_.insert(stack.id()).second) check_frames(stack);
}

bool Validator::pass_typed(const OrderedEvent& event, const Generation& generation) {
  make_typed(event, generation, scratch_);
  check_body(scratch_);
  return !problem_;
}

bool Validator::pass_sync(Time time, const Sync& sync) {
  check_sync(time, sync);
  return !problem_;
}

Validator::Problem Validator::take_problem() { return *std::exchange(problem_, std::nullopt); }

void Validator::report(DamageCode code, std::string message) {
  satisfied_ = false;
  if (!problem_) problem_ = Problem{code, std::move(message)};
}

void Validator::check_sync(Time time, const Sync& sync) {
  checked_stacks_.clear();
  met_ranges_.clear();
  check_time(time);
  check_number(sync);
  check_snapshot(sync);
}

void Validator::begin_anew() {
  Validator anew(version_);
  anew.last_time_ = last_time_;
  anew.syncs_before_ = syncs_before_ + last_sync_;
  anew.last_snapshot_ = last_snapshot_;
  anew.wall_clock_stepped_back_ = wall_clock_stepped_back_;
  *this = std::move(anew);
}

void Validator::not_increasing(Time time) {
  report(DamageCode::TimeNotIncreasing,
         "time " + std::to_string(time) + " does not come after " + std::to_string(last_time_));
}

void Validator::check_frames(const Stack& stack) {
  const std::vector<Frame> frames = stack.frames();
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const Frame& f = frames[i];
    if (f.function.empty() || f.file.empty() || f.pc == 0 || f.line == 0) {
      return report(DamageCode::FrameIncomplete, "frame " + std::to_string(i) + " of stack " +
                                                     std::to_string(stack.id()) + " lacks function, file, pc or line");
    }
  }
}

void Validator::check_number(const Sync& sync) {
  const std::uint64_t expected = syncs_before_ + last_sync_ + 1;
  last_sync_ = sync.n - syncs_before_;
  if (sync.n == expected) return;
  return report(DamageCode::SyncNumber,
                "Sync has number " + std::to_string(sync.n) + " instead of " + std::to_string(expected));
}

void Validator::check_snapshot(const Sync& sync) {
  if (!has_sync_batches(version_) || !sync.begins_generation) return;
  const std::string who = "Sync " + std::to_string(sync.n);
  if (!sync.clock_snapshot) return report(DamageCode::SnapshotMissing, who + " has no clock snapshot");
  const ClockSnapshot now = *sync.clock_snapshot;
  const std::optional<ClockSnapshot> before = std::exchange(last_snapshot_, now);
  const bool no_wall = now.wall_seconds == 0 && now.wall_nanoseconds == 0;
  if (now.trace == 0 || now.monotonic == 0 || no_wall) {
    return report(DamageCode::SnapshotZero, who + " has a clock snapshot with a clock at zero");
  }
  if (!before) return;
  if (std::tie(now.wall_seconds, now.wall_nanoseconds) < std::tie(before->wall_seconds, before->wall_nanoseconds)) {
    wall_clock_stepped_back_ = true;
  }
  if (now.monotonic <= before->monotonic || now.trace <= before->trace) {
    return report(DamageCode::SnapshotNotForward, who + " has a clock snapshot that is not later than the one before");
  }
}

void Validator::check_label(const Label& label) {
  if (label.label.empty()) return report(DamageCode::LabelEmpty, "an empty label on " + describe(label.resource));
  if (!is_known(label.resource)) {
    return report(DamageCode::LabelUnknownResource,
                  "a label on " + describe(label.resource) + ", of which nothing is known");
  }
}

bool Validator::is_known(const Resource& resource) const {
  if (resource.kind == ResourceKind::None) return false;
  const bool is_proc = resource.kind == ResourceKind::Proc;
  if (followed_ != nullptr) {
    return is_proc ? followed_->facts_of_proc(resource.id).has_value() : followed_->has_goroutine(resource.id);
  }
  const Resources& all = is_proc ? procs_ : goroutines_;
  const Slot slot = all.find(resource.id);
  return slot != kNoSlot && all[slot].known;
}

void Validator::take_over(const Replay& replay, Time newest) {
  last_time_ = newest;
  goroutines_ = {};
  procs_ = {};
  threads_ = {};
  tasks_ = {};
  replay.visit_goroutines([this](GoroutineId id, GoStatusCode status) {
    ResourceState& state = meet(goroutines_, id);
    state.known = true;
    state.state = tracecheck::state_of(status);
  });
  replay.visit_procs([this](ProcId id, ProcStatusCode status) {
    ResourceState& state = meet(procs_, id);
    state.known = true;
    state.state = tracecheck::state_of(status);
  });
  replay.visit_threads([this](const Replay::ThreadFacts& thread) {
    const Slot slot = threads_.insert(thread.thread);
    threads_[slot].goroutine = thread.goroutine;
    threads_[slot].proc = thread.proc;
    if (const Slot held = goroutines_.find(thread.goroutine); held != kNoSlot) goroutines_[held].bound_to = slot;
    if (const Slot held = procs_.find(thread.proc); held != kNoSlot) procs_[held].bound_to = slot;
  });
  replay.visit_tasks([this](TaskId id, std::string_view type) {
    tasks_[tasks_.insert(static_cast<std::int64_t>(id))].type.assign(type);
  });
}

bool Validator::follow_up(const Validator& generation) {
  if (generation.met_ranges_ != ranges_) return false;
  ranges_ = generation.ranges_;
  return true;
}

Validator::ResourceState& Validator::meet(Resources& all, std::int64_t id) {
  ResourceState& fresh = all[all.insert(id)];
  fresh.known = false;
  fresh.state = State::Undetermined;
  fresh.bound_to = kNoSlot;
  return fresh;
}

void Validator::check_states(const Transition& transition, const ResourceState& state) {
  auto who = [&transition] { return describe(transition.resource); };
  if (transition.to == State::Undetermined) {
    return report(DamageCode::TransitionToUndetermined, who() + " goes to an undetermined state");
  }
  if (transition.from == State::Undetermined && last_sync_ > 1) {
    return report(DamageCode::TransitionFromUndetermined, who() + " is undetermined after the second Sync");
  }
  if (transition.to == State::NotExist && any_range_open(transition.resource)) {
    return report(DamageCode::EndedWithOpenRange, who() + " ends in the middle of a range");
  }
  if (state.known && transition.from != state.state) {
    return report(DamageCode::TransitionFromState, who() + " leaves state " + std::string(state_name(transition.from)) +
                                                       ", but was in " + std::string(state_name(state.state)));
  }
  if (!state.known && transition.from != State::Undetermined && transition.from != State::NotExist) {
    return report(DamageCode::ResourceFirstState,
                  who() + " is met for the first time, but leaves state " + std::string(state_name(transition.from)));
  }
}

void Validator::busy(const Transition& transition, std::int64_t running) {
  report(DamageCode::ThreadBusy, describe(transition.resource) + " runs on thread " +
                                     std::to_string(transition.thread) + ", where " +
                                     describe({transition.resource.kind, running}) + " runs");
}

void Validator::not_bound(const Transition& transition, const ThreadState* thread) {
  const std::string who = describe(transition.resource);
  report(DamageCode::ResourceNotBound,
         thread == nullptr ? who + " stops, but ran on no thread"
                           : who + " stops, but its thread " + std::to_string(thread->id) + " runs another");
}

[[gnu::always_inline]] inline Validator::ResourceState& Validator::state_of(const Resource& resource, Slot hint) {
  Resources& all = resources(resource.kind);
  const Slot slot = all.find(resource.id, hint);
  return slot == kNoSlot ? meet(all, resource.id) : all[slot];
}

[[gnu::always_inline]] inline void Validator::bind(const Transition& transition, ResourceState& state) {
  if (transition.thread == kNone) [[unlikely]] {
    return report(DamageCode::ThreadMissing, describe(transition.resource) + " runs, but on no thread");
  }
  Slot slot = threads_.find(transition.thread);
  if (slot == kNoSlot) [[unlikely]]
    slot = threads_.insert(transition.thread);
  std::int64_t& bound = threads_[slot].bound_of(transition.resource.kind);
  if (bound != kNone && bound != transition.resource.id) [[unlikely]]
    busy(transition, bound);
  bound = transition.resource.id;
  state.bound_to = slot;
}

[[gnu::always_inline]] inline void Validator::unbind(const Transition& transition, ResourceState& state) {
  if (state.bound_to == kNoSlot) [[unlikely]]
    return not_bound(transition, nullptr);
  ThreadState& thread = threads_[state.bound_to];
  std::int64_t& bound = thread.bound_of(transition.resource.kind);
  state.bound_to = kNoSlot;
  if (bound != transition.resource.id) [[unlikely]]
    not_bound(transition, &thread);
  bound = kNone;
}

// Most transitions by far are: nothing of what check_states looks for.
[[gnu::always_inline]] inline bool Validator::ordinary(const Transition& transition, const ResourceState& state) const {
  return state.known && transition.from == state.state && transition.from != State::Undetermined &&
         transition.to != State::Undetermined && transition.to != State::NotExist;
}

[[gnu::always_inline]] inline void Validator::check_transition(const Transition& transition) {
  ResourceState& state = state_of(transition.resource, transition.hint);
  if (!ordinary(transition, state)) [[unlikely]]
    check_states(transition, state);
  state.known = true;
  state.state = transition.to;
  if (executing(transition.to)) {
    bind(transition, state);
  } else if (executing(transition.from)) {
    if (transition.stacks_differ) [[unlikely]]
      stacks_differ(transition);
    unbind(transition, state);
  }
  if (transition.to == State::NotExist) [[unlikely]] {
    drop_ranges(transition.resource);
    Resources& all = resources(transition.resource.kind);
    all.erase(all.find(transition.resource.id, transition.hint));
  }
}

void Validator::stacks_differ(const Transition& transition) {
  if (transition.resource.kind != ResourceKind::Goroutine) return;
  report(DamageCode::StopStackDiffers,
         describe(transition.resource) + " stops, but its stack is not that of its thread");
}

bool Validator::any_range_open(const Resource& resource) const {
  const auto first = ranges_.lower_bound({resource.kind, resource.id, {}, {}});
  return first != ranges_.end() && first->kind == resource.kind && first->id == resource.id;
}

void Validator::drop_ranges(const Resource& resource) {
  while (any_range_open(resource)) ranges_.erase(ranges_.lower_bound({resource.kind, resource.id, {}, {}}));
}

void Validator::check_range_begin(const Range& range) {
  OpenRange begun = open_range(range);
  if (ranges_.contains(begun)) {
    report(DamageCode::RangeBegunTwice, range.name() + " begins twice on " + describe(range.resource));
  }
  ranges_.insert(std::move(begun));
}

// It may have begun before the trace: this is where it becomes known.
void Validator::meet_range(const Range& range) {
  OpenRange active = open_range(range);
  if (ranges_.contains(active)) return;
  met_ranges_.insert(active);
  ranges_.insert(std::move(active));
}

void Validator::check_range_end(const Range& range) {
  const auto found = ranges_.find(open_range(range));
  if (found == ranges_.end()) {
    return report(DamageCode::RangeNotOpen,
                  range.name() + " ends on " + describe(range.resource) + ", where it never began");
  }
  ranges_.erase(found);
}

void Validator::check_task_begin(const Task& task) {
  const auto id = static_cast<std::int64_t>(task.id);
  const Slot known = tasks_.find(id);
  tasks_[known == kNoSlot ? tasks_.insert(id) : known].type.assign(task.type);
  if (task.id == kNoTask || task.id == kBackgroundTask) {
    return report(DamageCode::TaskIdReserved,
                  "a task begins with id " + std::to_string(task.id) + ", which is reserved");
  }
  if (task.parent == kBackgroundTask) {
    return report(DamageCode::TaskParentBackground,
                  "task " + std::to_string(task.id) + " has the background task as parent");
  }
}

void Validator::check_task_end(const Task& task) {
  const Slot slot = tasks_.find(static_cast<std::int64_t>(task.id));
  if (slot == kNoSlot) return;
  const bool as_begun = tasks_[slot].type == task.type;
  tasks_.erase(slot);
  if (as_begun) return;
  return report(DamageCode::TaskTypeDiffers,
                "task " + std::to_string(task.id) + " ends as another type than it began with");
}

std::optional<Validator::Problem> Validator::check(const Event& event) {
  if (const auto* sync = event.as<Sync>()) {
    check_sync(event.time, *sync);
  } else {
    check_time(event.time);
    check_stack(event.stack);
    check_body(event);
  }
  return std::exchange(problem_, std::nullopt);
}

bool Validator::pass(const OrderedEvent& event, const Generation& generation) {
  if (followed_ == nullptr) [[likely]]
    check_time(event.time);
  switch (traits_of(event.type).kind) {
    case EventKind::StateTransition: break;
    case EventKind::Metric:
    case EventKind::StackSample:
    case EventKind::RegionBegin:
    case EventKind::RegionEnd:
    case EventKind::Log:
    case EventKind::Experimental: return !problem_;
    case EventKind::TaskBegin:
      check_task_begin({event.args[0], event.args[1], generation.text(event.args[2])->view()});
      return !problem_;
    case EventKind::TaskEnd: check_task_end({event.args[0], event.task_parent, event.task_type}); return !problem_;
    default: return pass_typed(event, generation);
  }
  // Most events by far are transitions, and these need no more than what they carry.
  check_transition({event.resource, event.from, event.to, event.thread, false, event.slot});
  return !problem_;
}

void Validator::check_body(const Event& event) {
  switch (event.kind()) {
    case EventKind::Label: return check_label(*event.as<Label>());
    case EventKind::StateTransition: {
      const auto& t = *event.as<StateTransition>();
      check_stack(t.stack);
      check_transition({t.resource, t.from, t.to, event.thread, t.stack != event.stack, kNoSlot});
      return;
    }
    case EventKind::RangeBegin: return check_range_begin(*event.as<RangeBegin>());
    case EventKind::RangeActive: return meet_range(*event.as<RangeActive>());
    case EventKind::RangeEnd: return check_range_end(*event.as<RangeEnd>());
    case EventKind::TaskBegin: return check_task_begin(*event.as<TaskBegin>());
    case EventKind::TaskEnd: return check_task_end(*event.as<TaskEnd>());
    default: return;
  }
}

}  // namespace tracecheck

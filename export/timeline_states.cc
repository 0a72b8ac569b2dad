// The part of Timeline that follows the scheduler.
#include <algorithm>
#include <optional>
#include <string>

#include "export/lost_text.h"
#include "export/timeline.h"

namespace tracecheck {
namespace {

bool executes(State state) { return state == State::Running || state == State::Syscall; }

std::optional<CounterId> counter_of(State state) {
  switch (state) {
    case State::Running: return CounterId::Running;
    case State::Runnable: return CounterId::Runnable;
    case State::Waiting: return CounterId::Blocked;
    case State::Syscall: return CounterId::Syscall;
    default: return std::nullopt;
  }
}

std::string slice_name(State state, const std::string& reason) {
  switch (state) {
    case State::Running: return "running";
    case State::Runnable: return "runnable";
    case State::Syscall: return "syscall";
    default: return reason.empty() ? "blocked" : "blocked (" + reason + ")";
  }
}

}  // namespace

void Timeline::follow(const StateTransition& transition) {
  if (transition.from == State::Undetermined) start_anew();
  if (transition.resource.kind == ResourceKind::Goroutine) goroutine_transition(transition);
  if (transition.resource.kind == ResourceKind::Proc) proc_transition(transition);
}

void Timeline::change_count(State state, std::int64_t change) {
  const auto counter = counter_of(state);
  if (!counter || !with_counts_) return;
  std::int64_t& value = counts_[static_cast<std::size_t>(*counter)];
  value += change;
  count(*counter, static_cast<std::uint64_t>(value));
}

// Procs and threads

void Timeline::proc_transition(const StateTransition& transition) {
  const ProcId id = transition.resource.id;
  const ThreadId thread = now_.event->thread;
  if (transition.to != State::Running) return free_proc(id);
  Proc& proc = procs_.find_or_add(id);
  if (thread == kNone || proc.thread == thread) return;
  if (Thread* before = threads_.get(proc.thread)) before->proc = kNone;
  proc.thread = thread;
  threads_.find_or_add(thread).proc = id;
}

// Its thread has it no longer; a system call there goes on without it.
void Timeline::free_proc(ProcId id) {
  Proc* proc = procs_.get(id);
  if (proc == nullptr) return;
  leave_proc(id);
  if (Thread* thread = threads_.get(proc->thread)) thread->proc = kNone;
  proc->thread = kNone;
}

// What runs there does so no longer; `held` is where a goroutine says what it is on.
template <typename Holder>
void Timeline::leave(IdMap<Holder>& holders, TrackKind kind, std::int64_t id, std::int64_t Goroutine::*held) {
  Holder* holder = holders.get(id);
  if (holder == nullptr) return;
  Running& running = holder->running;
  end_all(running.lane, track_of(kind, id));
  if (Goroutine* goroutine = goroutines_.get(running.goroutine)) goroutine->*held = kNone;
  running.goroutine = kNone;
  running.in_syscall = false;
}

void Timeline::leave_proc(ProcId id) { leave(procs_, TrackKind::Proc, id, &Goroutine::proc); }

void Timeline::leave_thread(ThreadId id) { leave(threads_, TrackKind::Thread, id, &Goroutine::thread); }

void Timeline::enter_proc(Goroutine& goroutine, ProcId id, Time time) {
  if (id == kNone || goroutine.proc == id) return;
  leave_proc(goroutine.proc);
  leave_proc(id);
  Proc& proc = procs_.find_or_add(id);
  goroutine.proc = id;
  proc.running.goroutine = goroutine.id;
  const Track track = track_of(TrackKind::Proc, id);
  describe(proc.running.lane, track, "P" + std::to_string(track.id));
  const Argument arguments[] = {{"thread", static_cast<std::uint64_t>(goroutine.thread)}};
  const std::string name = goroutine_name(goroutine);
  begin(proc.running.lane, track,
        {.category = "goroutine",
         .name = name,
         .arguments = std::span(arguments).first(goroutine.thread == kNone ? 0 : 1)},
        time);
}

void Timeline::enter_thread(Goroutine& goroutine, ThreadId id, Time time) {
  if (id == kNone || goroutine.thread == id) return;
  leave_thread(goroutine.thread);
  leave_thread(id);
  Thread& thread = threads_.find_or_add(id);
  goroutine.thread = id;
  thread.running.goroutine = goroutine.id;
  const Track track = track_of(TrackKind::Thread, id);
  describe(thread.running.lane, track, "M" + std::to_string(track.id));
  const std::string name = goroutine_name(goroutine);
  begin(thread.running.lane, track, {.category = "goroutine", .name = name}, time);
}

void Timeline::begin_syscall(Running& running, const Track& track, Time time) {
  const StateTransition& transition = *now_.event->as<StateTransition>();
  begin(running.lane, track, {.category = "syscall", .name = "syscall", .stack = shown(transition.stack)}, time);
  running.in_syscall = now_.selected;
}

void Timeline::end_syscall(Running& running, const Track& track) {
  if (running.in_syscall) end(running.lane, track);
  running.in_syscall = false;
}

// Goroutines

void Timeline::learn_name(Goroutine& goroutine, const Stack& stack) {
  if (goroutine.function != kNoName || !stack.present() || stack.lost()) return;
  const std::vector<Frame> frames = stack.frames();
  if (frames.empty() || frames.back().function.empty()) return;
  goroutine.function = names_.intern(frames.back().function);
  goroutine.states.described = goroutine.regions.described = goroutine.assist.described = 0;
}

// Names of what has gone would add up otherwise.
void Timeline::forget_unused_names() {
  if (names_.size() < 1024 + 2 * (goroutines_.size() + tasks_.size())) return;
  NamePool kept;
  const auto keep = [&](NameId& name) {
    if (name != kNoName) name = kept.intern(names_.text(name));
  };
  goroutines_.for_each([&](Goroutine& goroutine) { keep(goroutine.function); });
  tasks_.for_each([&](Task& task) { keep(task.name); });
  names_ = std::move(kept);
}

void Timeline::goroutine_transition(const StateTransition& transition) {
  const GoroutineId id = transition.resource.id;
  if (transition.to == State::NotExist) {
    if (Goroutine* goroutine = goroutines_.get(id)) destroy(*goroutine);
    return;
  }
  Goroutine& known = goroutines_.find_or_add(id);
  learn_name(known, transition.stack);
  const bool elsewhere = executes(transition.to) && known.thread != now_.event->thread;
  if (known.state == transition.to && !elsewhere) return;
  const std::uint64_t flow = flow_from_cause(transition);
  Goroutine& goroutine = *goroutines_.get(id);  // the cause may be new, too
  leave_state(goroutine, transition.to);
  enter_state(goroutine, transition, flow);
}

void Timeline::leave_state(Goroutine& goroutine, State to) {
  end_all(goroutine.states, track_of(TrackKind::Goroutine, goroutine.id));
  if (!executes(to)) {
    leave_proc(goroutine.proc);
    leave_thread(goroutine.thread);
  } else if (goroutine.state == State::Syscall) {
    if (Proc* proc = procs_.get(goroutine.proc)) end_syscall(proc->running, track_of(TrackKind::Proc, proc->id));
    if (Thread* thread = threads_.get(goroutine.thread)) {
      end_syscall(thread->running, track_of(TrackKind::Thread, thread->id));
    }
  }
  change_count(goroutine.state, -1);
}

void Timeline::enter_state(Goroutine& goroutine, const StateTransition& transition, std::uint64_t flow) {
  const Time time = begin_time(transition.from == State::Undetermined);
  goroutine.state = transition.to;
  change_count(goroutine.state, 1);
  if (executes(goroutine.state)) execute(goroutine, time);

  const Track track = track_of(TrackKind::Goroutine, goroutine.id);
  describe(goroutine.states, track, goroutine_name(goroutine));
  const std::string reason = text_or_id(transition.reason, now_.event->lost_text[0]);
  const std::string name = slice_name(goroutine.state, reason);
  std::array<Argument, 3> arguments;
  std::size_t count = 0;
  if (goroutine.proc != kNone) arguments[count++] = {"proc", static_cast<std::uint64_t>(goroutine.proc)};
  if (goroutine.thread != kNone) arguments[count++] = {"thread", static_cast<std::uint64_t>(goroutine.thread)};
  if (!reason.empty()) arguments[count++] = {"reason", std::string_view(reason)};
  begin(goroutine.states, track,
        {.category = "goroutine",
         .name = name,
         .arguments = std::span(arguments).first(count),
         .stack = shown(transition.stack),
         .flow = flow,
         .flow_end = flow == 0 ? FlowEnd::None : FlowEnd::To},
        time);
}

// On the tracks of its thread and proc. A goroutine that is in a system call as it is first seen may be reported by a
// thread that has another proc.
void Timeline::execute(Goroutine& goroutine, Time time) {
  const Event& event = *now_.event;
  const bool in_syscall = goroutine.state == State::Syscall;
  enter_thread(goroutine, event.thread, time);
  const Thread* on = threads_.get(goroutine.thread);
  enter_proc(goroutine, in_syscall ? (on == nullptr ? kNone : on->proc) : event.proc, time);
  if (!in_syscall) return;
  if (Proc* proc = procs_.get(goroutine.proc)) {
    begin_syscall(proc->running, track_of(TrackKind::Proc, proc->id), time);
  }
  if (Thread* thread = threads_.get(goroutine.thread)) {
    begin_syscall(thread->running, track_of(TrackKind::Thread, thread->id), time);
  }
}

void Timeline::destroy(Goroutine& goroutine) {
  leave_state(goroutine, State::NotExist);
  end_all(goroutine.regions, track_of(TrackKind::Region, goroutine.id));
  end_all(goroutine.assist, track_of(TrackKind::MarkAssist, goroutine.id));
  for (const TrackKind kind : {TrackKind::Goroutine, TrackKind::Region, TrackKind::MarkAssist}) {
    writer_.forget(*now_.out, track_of(kind, goroutine.id));
  }
  goroutines_.erase(goroutines_.slot_of(goroutine));
}

// The arrow's begin, where one goroutine makes another runnable; its id, 0 for none.
std::uint64_t Timeline::flow_from_cause(const StateTransition& transition) {
  const bool created = transition.from == State::NotExist;
  const bool made_runnable = transition.to == State::Runnable && (created || transition.from == State::Waiting);
  const bool blocked_from_birth = created && transition.to == State::Waiting;
  if (!now_.selected || (!made_runnable && !blocked_from_birth)) return 0;
  const std::string target = goroutine_name(*goroutines_.get(transition.resource.id));
  const std::string name = (created ? "create " : "unblock ") + target;
  ++flows_;
  instant_on_context({.category = "goroutine",
                      .name = name,
                      .arguments = {},
                      .stack = shown(now_.event->stack),
                      .flow = flows_,
                      .flow_end = FlowEnd::From});
  return flows_;
}

}  // namespace tracecheck

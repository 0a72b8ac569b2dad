#include "crash/bridge.h"

namespace tracecheck {
namespace {

std::uint64_t wire_id(std::int64_t id) { return static_cast<std::uint64_t>(id); }

constexpr std::uint64_t status_code(GoStatusCode status) { return static_cast<std::uint64_t>(status); }
constexpr std::uint64_t status_code(ProcStatusCode status) { return static_cast<std::uint64_t>(status); }

template <typename Status>
constexpr bool exists(Status status) {
  return status != Status::None && status_code(status) <= kMaxStatusCode;
}

}  // namespace

bool Bridge::apply(ThreadId thread, EventType type, EventArgs args) {
  RawEvent event;
  event.type = type;
  event.time = time_;
  event.args = args;
  const ProcId proc = replay_.facts_of_thread(thread).proc;
  Slot hint = kNoSlot;
  OrderedEvents out;
  if (replay_.advance(event, thread, hint, names_, out) != Advance::Advanced) return false;
  steps_->push_back({thread, proc, event});
  return true;
}

bool Bridge::trust(const RawEvent& event) {
  replay_.trust_sequence(event, thread_);
  return true;
}

bool Bridge::prepare(const RawEvent& event, ThreadId thread, std::vector<Step>& steps) {
  using T = EventType;
  thread_ = thread;
  time_ = event.time;
  steps_ = &steps;
  switch (event.type) {
    case T::GoStatus:
    case T::GoStatusStack: return prepare_status(event);
    case T::ProcStatus: return prepare_proc_status(event);
    case T::GoUnblock: return goroutine_is(static_cast<GoroutineId>(event.args[0]), Status::Waiting) && trust(event);
    case T::ProcSteal: return prepare_steal(event);
    default: break;
  }
  // All others need a thread.
  if (thread == kNone) return false;
  switch (event.type) {
    case T::ProcStart:
    case T::ProcStop: return prepare_proc(event);
    case T::STWBegin:
    case T::STWEnd:
    case T::GCMarkAssistBegin:
    case T::GCMarkAssistEnd:
    case T::GCSweepBegin:
    case T::GCSweepEnd:
    case T::GCSweepActive: return prepare_range(event);
    case T::GCActive:
    case T::GCBegin:
    case T::GCEnd: return prepare_gc(event);
    case T::HeapAlloc:
    case T::HeapGoal: return has_proc(thread);
    case T::ProcsChange:
    case T::GoLabel:
    case T::UserLog:
    case T::UserTaskEnd:
    case T::UserRegionBegin:
    case T::UserRegionEnd: return has_goroutine(thread, Status::Running);
    case T::UserTaskBegin:
      if (!has_goroutine(thread, Status::Running)) return false;
      return !replay_.knows_task(event.args[0]) || apply(thread, T::UserTaskEnd, {event.args[0]});
    default: return prepare_goroutine(event);
  }
}

bool Bridge::prepare_goroutine(const RawEvent& event) {
  using T = EventType;
  const auto named = static_cast<GoroutineId>(event.args[0]);
  switch (event.type) {
    case T::GoCreate:
    case T::GoCreateBlocked:
      if (!has_proc(thread_) || !goroutine_is_gone(named)) return false;
      return replay_.facts_of_thread(thread_).goroutine == kNone || has_goroutine(thread_, Status::Running);
    case T::GoStart:
      return goroutine_is(named, Status::Runnable) && has_no_goroutine(thread_) && has_proc(thread_) && trust(event);
    case T::GoStop:
    case T::GoBlock: return has_goroutine(thread_, Status::Running);
    case T::GoDestroy: return has_goroutine(thread_, Status::Running) && end_ranges(thread_);
    case T::GoSwitch:
    case T::GoSwitchDestroy:
      if (!has_goroutine(thread_, Status::Running)) return false;
      if (event.type == T::GoSwitchDestroy && !end_ranges(thread_)) return false;
      return goroutine_is(named, Status::Waiting) && trust(event);
    case T::GoSyscallBegin:
      return has_goroutine(thread_, Status::Running) && announce_proc(replay_.facts_of_thread(thread_).proc) &&
             trust(event);
    case T::GoSyscallEnd: return has_goroutine(thread_, Status::Syscall) && has_proc(thread_);
    case T::GoSyscallEndBlocked: return has_goroutine(thread_, Status::Syscall) && proc_is_taken_from(thread_);
    case T::GoCreateSyscall: return has_no_goroutine(thread_) && goroutine_is_gone(named);
    case T::GoDestroySyscall: return has_goroutine(thread_, Status::Syscall);
    default: return false;
  }
}

// A status contradicts what the goroutine did last: what led there is lost.
bool Bridge::prepare_status(const RawEvent& event) {
  const auto id = static_cast<GoroutineId>(event.args[0]);
  const auto status = static_cast<Status>(static_cast<std::uint8_t>(event.args[2]));
  const auto known = replay_.facts_of_goroutine(id);
  if (!exists(status)) return false;
  if (status == Status::Running) {
    if (replay_.facts_of_thread(thread_).goroutine == id && known && known->status == status) return true;
    if (!has_no_goroutine(thread_)) return false;
  }
  if (!known && replay_.in_first_generation()) return true;
  if (known && known->status == status && (status == Status::Runnable || status == Status::Waiting)) return true;
  switch (status) {
    case Status::Runnable:
    case Status::Waiting: return goroutine_is(id, status);
    case Status::Running: return goroutine_is(id, Status::Runnable) && start(thread_, id);
    case Status::Syscall: {
      const auto named = static_cast<ThreadId>(event.args[1]);
      if (named == kNone || (known && known->status == status && replay_.facts_of_thread(named).goroutine == id)) {
        return named != kNone;
      }
      return goroutine_is(id, Status::Runnable) && start(named, id) && begin_syscall(named);
    }
    default: return false;
  }
}

bool Bridge::prepare_proc(const RawEvent& event) {
  if (event.type == EventType::ProcStop) return has_proc(thread_);
  if (replay_.facts_of_thread(thread_).proc != kNone && !apply(thread_, EventType::ProcStop)) return false;
  return proc_is_idle(static_cast<ProcId>(event.args[0])) && trust(event);
}

bool Bridge::prepare_proc_status(const RawEvent& event) {
  const auto id = static_cast<ProcId>(event.args[0]);
  const auto status = static_cast<ProcStatusCode>(static_cast<std::uint8_t>(event.args[1]));
  if (!exists(status)) return false;
  const auto known = replay_.facts_of_proc(id);
  const bool held = status == ProcStatusCode::Running || status == ProcStatusCode::Syscall;
  const ProcId here = replay_.facts_of_thread(thread_).proc;
  if ((!known || known->status == status) && (!held || here == id)) return true;
  if (known && !proc_is_idle(id)) return false;
  if (!held) return status == ProcStatusCode::Idle;
  if (thread_ == kNone) return false;
  if (here != kNone && here != id && !apply(thread_, EventType::ProcStop)) return false;
  if (!known) return true;
  const std::uint64_t next = replay_.facts_of_proc(id)->next_sequence;
  if (!apply(thread_, EventType::ProcStart, {wire_id(id), next})) return false;
  if (status == ProcStatusCode::Running) return true;
  return status == ProcStatusCode::Syscall && has_goroutine(thread_, Status::Syscall);
}

bool Bridge::prepare_steal(const RawEvent& event) {
  const auto id = static_cast<ProcId>(event.args[0]);
  const auto victim = static_cast<ThreadId>(event.args[2]);
  const auto known = replay_.facts_of_proc(id);
  if (!known) {
    if (victim == kNone || replay_.facts_of_thread(victim).proc != kNone) return false;
    return apply(victim, EventType::ProcStatus, {wire_id(id), status_code(ProcStatusCode::Syscall)}) && trust(event);
  }
  if (!announce_proc(id)) return false;
  if (known->status == ProcStatusCode::SyscallAbandoned) return trust(event);
  if (known->status == ProcStatusCode::Syscall && replay_.facts_of_thread(victim).proc == id) return trust(event);
  // It was not where the event says; but afterwards it is idle.
  proc_is_idle(id);
  return false;
}

bool Bridge::prepare_range(const RawEvent& event) {
  using T = EventType;
  switch (event.type) {
    case T::STWBegin:
    case T::GCMarkAssistBegin: {
      if (!has_goroutine(thread_, Status::Running)) return false;
      const bool open = replay_.goroutine_has_range(replay_.facts_of_thread(thread_).goroutine, event.type);
      return !open || apply(thread_, event.type == T::STWBegin ? T::STWEnd : T::GCMarkAssistEnd);
    }
    case T::STWEnd:
    case T::GCMarkAssistEnd: {
      if (!has_goroutine(thread_, Status::Running)) return false;
      const T begin = event.type == T::STWEnd ? T::STWBegin : T::GCMarkAssistBegin;
      return replay_.goroutine_has_range(replay_.facts_of_thread(thread_).goroutine, begin) || apply(thread_, begin);
    }
    case T::GCSweepBegin:
    case T::GCSweepEnd: {
      if (!has_proc(thread_)) return false;
      const bool open = replay_.proc_has_range(replay_.facts_of_thread(thread_).proc);
      if (open != (event.type == T::GCSweepBegin)) return true;
      return apply(thread_, open ? T::GCSweepEnd : T::GCSweepBegin);
    }
    default: break;
  }
  // A sweep is under way on a proc of which nothing was told.
  const auto proc = static_cast<ProcId>(event.args[0]);
  if (!replay_.facts_of_proc(proc) && !proc_is_idle(proc)) return false;
  if (replay_.in_first_generation() || replay_.proc_has_range(proc)) return true;
  const auto holder = replay_.thread_of_proc(proc);
  return holder && apply(holder->thread, T::GCSweepBegin);
}

bool Bridge::prepare_gc(const RawEvent& event) {
  using T = EventType;
  const Replay::GCFacts gc = replay_.facts_of_gc();
  if (event.type == T::GCActive && replay_.in_first_generation()) return false;
  if (!has_goroutine(thread_, Status::Running)) return false;
  const bool on = gc.state == Replay::GCState::On;
  if (event.type == T::GCBegin && on && !apply(thread_, T::GCEnd, {gc.next_sequence})) return false;
  if (event.type != T::GCBegin && !on && !apply(thread_, T::GCBegin, {gc.next_sequence})) return false;
  return trust(event);
}

bool Bridge::has_proc(ThreadId thread) {
  if (thread == kNone) return false;
  if (replay_.facts_of_thread(thread).proc != kNone) return true;
  return apply(thread, EventType::ProcStatus, {wire_id(make_up_id()), status_code(ProcStatusCode::Running)});
}

bool Bridge::has_goroutine(ThreadId thread, Status status) {
  if (!has_proc(thread)) return false;
  if (replay_.facts_of_thread(thread).goroutine == kNone) {
    const std::int64_t id = make_up_id();
    if (!create(id) || !start(thread, id)) return false;
  }
  const Replay::ThreadFacts on = replay_.facts_of_thread(thread);
  const auto now = replay_.facts_of_goroutine(on.goroutine);
  if (!now || now->status == status) return now.has_value();
  if (status == Status::Syscall) return now->status == Status::Running && begin_syscall(thread);
  if (now->status != Status::Syscall || !end_syscall(on)) return false;
  return replay_.facts_of_thread(thread).goroutine != kNone || start(thread, on.goroutine);
}

bool Bridge::has_no_goroutine(ThreadId thread) {
  const Replay::ThreadFacts on = replay_.facts_of_thread(thread);
  return on.goroutine == kNone || goroutine_is(on.goroutine, Status::Runnable);
}

// Runnable or Waiting.
bool Bridge::goroutine_is(std::int64_t id, Status wanted) {
  if (!replay_.facts_of_goroutine(id) && !create(id)) return false;
  if (!announce(id)) return false;
  Status now = replay_.facts_of_goroutine(id)->status;
  if (now == Status::Running || now == Status::Syscall) {
    const auto on = replay_.thread_of_goroutine(id);
    if (!on || !stop(*on)) return false;
    now = replay_.facts_of_goroutine(id)->status;
  }
  if (now == wanted) return true;
  if (wanted == Status::Runnable) {
    return apply(kNone, EventType::GoUnblock, {wire_id(id), replay_.facts_of_goroutine(id)->next_sequence});
  }
  return start(helper(), id) && apply(helper(), EventType::GoBlock);
}

bool Bridge::goroutine_is_gone(std::int64_t id) {
  if (!replay_.facts_of_goroutine(id)) return true;
  return goroutine_is(id, Status::Runnable) && start(helper(), id) && end_ranges(helper()) &&
         apply(helper(), EventType::GoDestroy);
}

// A goroutine that ends has none open.
bool Bridge::end_ranges(ThreadId on) {
  using T = EventType;
  const GoroutineId id = replay_.facts_of_thread(on).goroutine;
  while (replay_.goroutine_has_range(id, T::STWBegin)) {
    if (!apply(on, T::STWEnd)) return false;
  }
  return !replay_.goroutine_has_range(id, T::GCMarkAssistBegin) || apply(on, T::GCMarkAssistEnd);
}

bool Bridge::create(std::int64_t id) {
  if (replay_.in_first_generation()) {
    return apply(kNone, EventType::GoStatus, {wire_id(id), wire_id(kNone), status_code(Status::Runnable)});
  }
  return has_proc(helper()) && apply(helper(), EventType::GoCreate, {wire_id(id)});
}

// Its sequence numbers start in each generation with a status, which is lost.
bool Bridge::announce(std::int64_t goroutine) {
  const auto facts = replay_.facts_of_goroutine(goroutine);
  if (facts->announced) return true;
  const auto on = replay_.thread_of_goroutine(goroutine);
  const ThreadId thread = on ? on->thread : kNone;
  return apply(thread, EventType::GoStatus, {wire_id(goroutine), wire_id(thread), status_code(facts->status)});
}

bool Bridge::announce_proc(std::int64_t proc) {
  const auto facts = replay_.facts_of_proc(proc);
  if (!facts) return false;
  if (facts->announced) return true;
  const auto holder = replay_.thread_of_proc(proc);
  const ThreadId thread = holder ? holder->thread : kNone;
  return apply(thread, EventType::ProcStatus, {wire_id(proc), status_code(facts->status)});
}

bool Bridge::stop(const Replay::ThreadFacts& on) {
  if (replay_.facts_of_goroutine(on.goroutine)->status == Status::Syscall && !end_syscall(on)) return false;
  if (replay_.facts_of_thread(on.thread).goroutine == kNone) return true;
  return has_proc(on.thread) && apply(on.thread, EventType::GoStop);
}

// The goroutine runs again or, where its proc was lost on the way, is runnable.
bool Bridge::end_syscall(const Replay::ThreadFacts& on) {
  const auto proc = replay_.facts_of_proc(on.proc);
  if (proc && proc->status == ProcStatusCode::Syscall) return apply(on.thread, EventType::GoSyscallEnd);
  return apply(on.thread, EventType::GoSyscallEndBlocked);
}

bool Bridge::start(ThreadId on, std::int64_t goroutine) {
  if (on == kNone || !has_no_goroutine(on) || !has_proc(on)) return false;
  return apply(on, EventType::GoStart, {wire_id(goroutine), replay_.facts_of_goroutine(goroutine)->next_sequence});
}

bool Bridge::begin_syscall(ThreadId on) {
  const ProcId proc = replay_.facts_of_thread(on).proc;
  if (!announce_proc(proc)) return false;
  return apply(on, EventType::GoSyscallBegin, {replay_.facts_of_proc(proc)->next_sequence});
}

bool Bridge::proc_is_idle(std::int64_t id) {
  const auto facts = replay_.facts_of_proc(id);
  if (!facts) return apply(kNone, EventType::ProcStatus, {wire_id(id), status_code(ProcStatusCode::Idle)});
  if (!announce_proc(id)) return false;
  const auto holder = replay_.thread_of_proc(id);
  switch (facts->status) {
    case ProcStatusCode::Idle: return true;
    case ProcStatusCode::Running: return holder && apply(holder->thread, EventType::ProcStop);
    case ProcStatusCode::Syscall:
    case ProcStatusCode::SyscallAbandoned: {
      const std::uint64_t next = replay_.facts_of_proc(id)->next_sequence;
      return apply(helper(), EventType::ProcSteal, {wire_id(id), next, wire_id(holder ? holder->thread : kNone)});
    }
    default: return false;
  }
}

bool Bridge::proc_is_taken_from(ThreadId thread) {
  const ProcId proc = replay_.facts_of_thread(thread).proc;
  if (proc == kNone) return true;
  const auto facts = replay_.facts_of_proc(proc);
  return !facts || facts->status != ProcStatusCode::Syscall || proc_is_idle(proc);
}

}  // namespace tracecheck

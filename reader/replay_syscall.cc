// Syscalls: FORMAT.md section 6, rows GoSyscallBegin to GoDestroySyscall.
#include "reader/replay.h"

namespace tracecheck {

Advance Replay::syscall_begin(Try& t) {
  Goroutine* current = nullptr;
  if (!check_context(t, Need::Must, Need::Must) || !check_running(t, current, GoStatusCode::Running)) {
    return Advance::Broken;
  }
  Proc* held = current_proc(t);
  if (held == nullptr) return broken(t, "happens on a proc that does not exist");
  // A proc in a syscall may be stolen; the number tells from which syscall. The proc is running here, so
  // nothing has to be waited for.
  const Sequence next = sequence(t.event.args[0]);
  if (!held->sequence.followed_by(next)) {
    return broken(t, "has sequence number " + std::to_string(next.number) + " where proc " + std::to_string(held->id) +
                         " is at " + std::to_string(held->sequence.number));
  }
  current->status = GoStatusCode::Syscall;
  held->status = ProcStatusCode::Syscall;
  held->sequence = next;
  return transition(t, goroutine_resource(t.context.goroutine), State::Running, State::Syscall,
                    t.after->goroutine_hint);
}

Advance Replay::syscall_end(Try& t) {
  Goroutine* current = nullptr;
  if (!check_context(t, Need::Must, Need::Must) || !check_running(t, current, GoStatusCode::Syscall)) {
    return Advance::Broken;
  }
  Proc* held = current_proc(t);
  if (held == nullptr) return broken(t, "happens on a proc that does not exist");
  if (held->status != ProcStatusCode::Syscall) {
    return broken(t, "happens on proc " + std::to_string(held->id) + ", which is not in a syscall");
  }
  current->status = GoStatusCode::Running;
  held->status = ProcStatusCode::Running;
  return transition(t, goroutine_resource(t.context.goroutine), State::Syscall, State::Running,
                    t.after->goroutine_hint);
}

Advance Replay::syscall_end_blocked(Try& t) {
  if (t.context.proc != kNone) {
    const Proc* held = current_proc(t);
    if (held == nullptr) return broken(t, "happens on a proc that does not exist");
    // The event says that the proc was lost on the way; that it was is still to be seen.
    if (held->status == ProcStatusCode::Syscall) return Advance::NotYet;
  }
  Goroutine* current = nullptr;
  if (!check_context(t, Need::May, Need::Must) || !check_running(t, current, GoStatusCode::Syscall)) {
    return Advance::Broken;
  }
  current->status = GoStatusCode::Runnable;
  t.after->goroutine = kNone;
  return transition(t, goroutine_resource(t.context.goroutine), State::Syscall, State::Runnable,
                    t.after->goroutine_hint);
}

// A C thread calls into Go: its goroutine appears in a syscall.
Advance Replay::create_syscall(Try& t) {
  if (!check_context(t, Need::May, Need::MustNot)) return Advance::Broken;
  const auto id = static_cast<GoroutineId>(t.event.args[0]);
  if (goroutine(id) != nullptr) return broken(t, "creates goroutine " + std::to_string(id) + ", which exists");
  add_goroutine(id, GoStatusCode::Syscall);
  t.after->goroutine = id;
  return transition(t, goroutine_resource(id), State::NotExist, State::Syscall);
}

Advance Replay::destroy_syscall(Try& t) {
  Goroutine* current = nullptr;
  if (!check_context(t, Need::May, Need::Must) || !check_running(t, current, GoStatusCode::Syscall)) {
    return Advance::Broken;
  }
  if (t.context.proc != kNone) {
    Proc* held = current_proc(t);
    if (held == nullptr) return broken(t, "happens on a proc that does not exist");
    if (held->status != ProcStatusCode::Syscall) {
      return broken(t, "happens on proc " + std::to_string(held->id) + ", which is not in a syscall");
    }
    // The thread's id may come to be another's, so the proc is taken from it here, whoever steals it later.
    held->status = ProcStatusCode::SyscallAbandoned;
    t.after->proc = kNone;
    OrderedEvent& stolen = emit(t);
    stolen.type = EventType::ProcSteal;
    stolen.args = {static_cast<std::uint64_t>(t.context.proc)};
    stolen.resource = proc_resource(t.context.proc);
    stolen.slot = kNoSlot;
    stolen.from = State::Running;
    stolen.to = State::Idle;
  }
  drop_goroutine(t.after->goroutine_hint);
  t.after->goroutine = kNone;
  return transition(t, goroutine_resource(t.context.goroutine), State::Syscall, State::NotExist);
}

}  // namespace tracecheck

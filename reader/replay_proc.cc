// What procs do: FORMAT.md section 6, rows ProcStatus to ProcSteal.
#include "reader/replay.h"

namespace tracecheck {
Advance Replay::proc_status(Try& t) {
  const auto id = static_cast<ProcId>(t.event.args[0]);
  // The reference looks at the low byte only.
  const auto code = static_cast<std::uint8_t>(t.event.args[1]);
  if (code > kMaxStatusCode) return broken(t, "carries a status that does not exist");
  const auto status = static_cast<ProcStatusCode>(code);
  const bool held = status == ProcStatusCode::Running || status == ProcStatusCode::Syscall;
  if (refuses_oddities_) [[unlikely]] {
    if (status == ProcStatusCode::None) return broken(t, "tells no status");
    if (held && !can_hold_proc(t, id)) return broken(t, "is held elsewhere, too");
  }

  State from = state_of(status);
  State to = from;
  if (Proc* known = proc(id)) {
    if (status == ProcStatusCode::SyscallAbandoned && known->status == ProcStatusCode::Syscall) {
      // Nothing is lost: the syscall that the proc is in was seen. It shows as running, on the thread that holds it.
      const std::optional<ThreadFacts> holder = thread_of_proc(id);
      if (!holder) return broken(t, "is of proc " + std::to_string(id) + " in a syscall, which no thread holds");
      t.context = {holder->thread, holder->proc, holder->goroutine};
      from = to = State::Running;
    } else if (known->status != status) {
      return broken(t, "contradicts what proc " + std::to_string(id) + " was doing");
    }
    known->sequence = sequence(0);
  } else if (guess_) {
    // Who finds a proc abandoned does not know of its syscall, which was seen as a rule.
    const bool in_syscall = status == ProcStatusCode::SyscallAbandoned;
    add_proc(id, in_syscall ? ProcStatusCode::Syscall : status);
    guess_->procs.emplace_back(id, in_syscall ? ProcStatusCode::Syscall : status);
    if (in_syscall) guess_->procs_in_syscall.push_back(id);
  } else {
    add_proc(id, status);
    from = first_generation() ? State::Undetermined : State::NotExist;
  }
  if (held) t.after->proc = id;
  return transition(t, proc_resource(id), from, to);
}

Advance Replay::proc_start(Try& t) {
  const auto id = static_cast<ProcId>(t.event.args[0]);
  Proc* started = proc(id);
  if (started == nullptr || !started->can_start(sequence(t.event.args[1])) || t.context.proc != kNone) {
    return Advance::NotYet;
  }
  if (!check_context(t, Need::MustNot, Need::May)) return Advance::Broken;
  started->status = ProcStatusCode::Running;
  started->sequence = sequence(t.event.args[1]);
  t.after->proc = id;
  return transition(t, proc_resource(id), State::Idle, State::Running);
}

Advance Replay::proc_stop(Try& t) {
  Proc* stopped = current_proc(t);
  if (stopped == nullptr) return broken(t, "happens on a thread without a proc");
  if (stopped->status != ProcStatusCode::Running && stopped->status != ProcStatusCode::Syscall) {
    return broken(t, "happens on proc " + std::to_string(stopped->id) + ", which is neither running nor in a syscall");
  }
  if (!check_context(t, Need::Must, Need::May)) return Advance::Broken;
  stopped->status = ProcStatusCode::Idle;
  t.after->proc = kNone;
  return transition(t, proc_resource(t.context.proc), State::Running, State::Idle);
}

Advance Replay::proc_steal(Try& t) {
  const auto id = static_cast<ProcId>(t.event.args[0]);
  const auto victim_id = static_cast<ThreadId>(t.event.args[2]);
  Proc* stolen = proc(id);
  if (stolen == nullptr ||
      (stolen->status != ProcStatusCode::Syscall && stolen->status != ProcStatusCode::SyscallAbandoned) ||
      !stolen->sequence.followed_by(sequence(t.event.args[1]))) {
    return Advance::NotYet;
  }
  if (!check_context(t, Need::May, Need::May)) return Advance::Broken;
  // Who held an abandoned proc is not known, and that thread may have moved on.
  const bool abandoned = stolen->status == ProcStatusCode::SyscallAbandoned;
  if (!abandoned && !take_proc_from(t, victim_id, id)) return Advance::Broken;
  stolen->status = ProcStatusCode::Idle;
  stolen->sequence = sequence(t.event.args[1]);
  return transition(t, proc_resource(id), abandoned ? State::Idle : State::Running, State::Idle);
}

bool Replay::take_proc_from(Try& t, ThreadId victim, ProcId id) {
  if (victim == t.context.thread) {
    if (t.context.proc == id) {
      t.after->proc = kNone;
      return true;
    }
    broken(t, "names its own thread, which does not hold proc " + std::to_string(id));
    return false;
  }
  const Slot slot = threads_.find(victim);
  if (slot != kNoSlot && threads_[slot].proc == id) {
    threads_[slot].proc = kNone;
    return true;
  }
  broken(t,
         "names thread " + std::to_string(victim) +
             (slot == kNoSlot ? ", which has done nothing yet" : ", which does not hold proc " + std::to_string(id)));
  return false;
}

}  // namespace tracecheck

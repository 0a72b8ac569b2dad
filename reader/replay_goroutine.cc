// What goroutines do outside of syscalls: FORMAT.md section 6, rows GoStatus to GoSwitch.
#include "reader/replay.h"

namespace tracecheck {
Advance Replay::go_status(Try& t) {
  const auto id = static_cast<GoroutineId>(t.event.args[0]);
  // The reference looks at the low byte only.
  const auto code = static_cast<std::uint8_t>(t.event.args[2]);
  if (code > kMaxStatusCode) return broken(t, "carries a status that does not exist");
  const auto status = static_cast<GoStatusCode>(code);
  if (refuses_oddities_) [[unlikely]] {
    if (status == GoStatusCode::None) return broken(t, "tells no status");
    if (status == GoStatusCode::Running && !can_hold_goroutine(t, id)) return broken(t, "runs elsewhere, too");
  }
  Goroutine* known = goroutine(id);
  if (known == nullptr && !first_generation() && !guess_) {
    return broken(t, "is of goroutine " + std::to_string(id) + ", which was never created");
  }
  if (known != nullptr && known->status != status) {
    return broken(t, "contradicts what goroutine " + std::to_string(id) + " was doing");
  }
  const State to = state_of(status);
  const State from = known == nullptr && !guess_ ? State::Undetermined : to;
  if (status == GoStatusCode::Running) t.after->goroutine = id;
  if (status == GoStatusCode::Syscall) {
    const Advance bound = bind_syscall(t, id, static_cast<ThreadId>(t.event.args[1]));
    if (bound != Advance::Advanced) return bound;
  }
  if (known == nullptr) {
    add_goroutine(id, status);
    if (guess_) guess_->goroutines.emplace_back(id, status);
  } else {
    known->sequence = sequence(0);
  }
  return transition(t, goroutine_resource(id), from, to);
}

// A goroutine in a syscall sits on the thread that the event names, which may be another than the one that
// tells; then the event is reported as that thread's.
Advance Replay::bind_syscall(Try& t, GoroutineId id, ThreadId named) {
  auto wrong_thread = [&] {
    return broken(t, "has goroutine " + std::to_string(id) + " in a syscall on thread " + std::to_string(named) +
                         ", which has another");
  };
  if (named == kNone) return broken(t, "has a goroutine in a syscall, but on no thread");
  if (named == t.context.thread) {
    if (!first_generation() && t.context.goroutine != id) return wrong_thread();
    t.after->goroutine = id;
    return Advance::Advanced;
  }
  Slot slot = threads_.find(named);
  if (slot == kNoSlot) {
    slot = meet_thread(named);
    threads_[slot].goroutine = id;
    // The states may have moved to make room.
    if (t.context.thread != kNone) t.after = &threads_[threads_.find(t.context.thread)];
  } else {
    if (threads_[slot].goroutine != id) return wrong_thread();
    t.context.goroutine = id;
  }
  t.context.thread = named;
  return Advance::Advanced;
}

Advance Replay::go_create(Try& t) {
  if (!check_context(t, Need::Must, Need::May)) return Advance::Broken;
  if (const Goroutine* creator = current_goroutine(t); creator != nullptr && creator->status != GoStatusCode::Running) {
    return broken(t, "happens on a goroutine that is not running");
  }
  const auto id = static_cast<GoroutineId>(t.event.args[0]);
  if (goroutine(id) != nullptr) return broken(t, "creates goroutine " + std::to_string(id) + ", which exists");
  const bool blocked = t.event.type == EventType::GoCreateBlocked;
  const Slot slot = add_goroutine(id, blocked ? GoStatusCode::Waiting : GoStatusCode::Runnable);
  return transition(t, goroutine_resource(id), State::NotExist, blocked ? State::Waiting : State::Runnable, slot);
}

Advance Replay::go_start(Try& t) {
  const auto id = static_cast<GoroutineId>(t.event.args[0]);
  const Slot slot = goroutines_.find(id);
  if (slot == kNoSlot) return Advance::NotYet;
  Goroutine& started = goroutines_[slot];
  const Sequence next = sequence(t.event.args[1]);
  if (!started.can_start(next)) return Advance::NotYet;
  if (!check_context(t, Need::Must, Need::MustNot)) return Advance::Broken;
  started.status = GoStatusCode::Running;
  started.sequence = next;
  t.after->goroutine = id;
  t.after->goroutine_hint = slot;
  return transition(t, goroutine_resource(id), State::Runnable, State::Running, slot);
}

Advance Replay::go_stop(Try& t) {
  Goroutine* current = nullptr;
  if (!check_context(t, Need::Must, Need::Must) || !check_running(t, current, GoStatusCode::Running)) {
    return Advance::Broken;
  }
  if (refuses_oddities_ && ends_in_range(t, *current)) [[unlikely]]
    return broken(t, "ends a goroutine in the middle of a range");
  t.after->goroutine = kNone;
  const Resource who = goroutine_resource(t.context.goroutine);
  const Slot slot = t.after->goroutine_hint;
  switch (t.event.type) {
    case EventType::GoDestroy: drop_goroutine(slot); return transition(t, who, State::Running, State::NotExist, slot);
    case EventType::GoStop:
      current->status = GoStatusCode::Runnable;
      return transition(t, who, State::Running, State::Runnable, slot);
    default: current->status = GoStatusCode::Waiting; return transition(t, who, State::Running, State::Waiting, slot);
  }
}

Advance Replay::go_unblock(Try& t) {
  const auto id = static_cast<GoroutineId>(t.event.args[0]);
  const Slot slot = goroutines_.find(id);
  if (slot == kNoSlot) return Advance::NotYet;
  Goroutine& woken = goroutines_[slot];
  const Sequence next = sequence(t.event.args[1]);
  if (!woken.can_unblock(next)) return Advance::NotYet;
  woken.status = GoStatusCode::Runnable;
  woken.sequence = next;
  return transition(t, goroutine_resource(id), State::Waiting, State::Runnable, slot);
}

// A switch stands for three events: the named goroutine is unblocked, the current one blocks or ends, and
// the named one starts in its place.
Advance Replay::go_switch(Try& t) {
  Goroutine* current = nullptr;
  if (!check_context(t, Need::Must, Need::Must) || !check_running(t, current, GoStatusCode::Running)) {
    return Advance::Broken;
  }
  if (refuses_oddities_ && ends_in_range(t, *current)) [[unlikely]]
    return broken(t, "ends a goroutine in the middle of a range");
  const auto id = static_cast<GoroutineId>(t.event.args[0]);
  Goroutine* woken = goroutine(id);
  const Sequence next = sequence(t.event.args[1]);
  if (woken == nullptr || !woken->can_unblock(next)) return Advance::NotYet;
  transition(t, goroutine_resource(id), State::Waiting, State::Runnable);

  OrderedEvent& leaves = emit(t);
  leaves.args = {};
  leaves.resource = goroutine_resource(t.context.goroutine);
  leaves.slot = kNoSlot;
  leaves.from = State::Running;
  if (t.event.type == EventType::GoSwitch) {
    leaves.type = EventType::GoBlock;
    leaves.to = State::Waiting;
    current->status = GoStatusCode::Waiting;
  } else {
    leaves.type = EventType::GoDestroy;
    leaves.to = State::NotExist;
    drop_goroutine(t.after->goroutine_hint);
  }
  woken->status = GoStatusCode::Running;
  woken->sequence = next;

  OrderedEvent& starts = emit(t);
  starts.type = EventType::GoStart;
  starts.args = {t.event.args[0], t.event.args[1]};
  starts.resource = goroutine_resource(id);
  starts.slot = kNoSlot;
  starts.from = State::Runnable;
  starts.to = State::Running;
  starts.goroutine = kNone;
  t.after->goroutine = id;
  return Advance::Advanced;
}

}  // namespace tracecheck

#include "reader/replay.h"

#include <algorithm>

#include "format/event_table.h"

namespace tracecheck {

Advance Replay::handle(Try& t) {
  using T = EventType;
  switch (t.event.type) {
    case T::ProcStatus: return proc_status(t);
    case T::ProcStart: return proc_start(t);
    case T::ProcStop: return proc_stop(t);
    case T::ProcSteal: return proc_steal(t);
    case T::GoStatus:
    case T::GoStatusStack: return go_status(t);
    case T::GoCreate:
    case T::GoCreateBlocked: return go_create(t);
    case T::GoStart: return go_start(t);
    case T::GoDestroy:
    case T::GoStop:
    case T::GoBlock: return go_stop(t);
    case T::GoUnblock: return go_unblock(t);
    case T::GoSwitch:
    case T::GoSwitchDestroy: return go_switch(t);
    case T::GoSyscallBegin: return syscall_begin(t);
    case T::GoSyscallEnd: return syscall_end(t);
    case T::GoSyscallEndBlocked: return syscall_end_blocked(t);
    case T::GoCreateSyscall: return create_syscall(t);
    case T::GoDestroySyscall: return destroy_syscall(t);
    case T::STWBegin:
    case T::GCMarkAssistBegin: return go_range_begin(t);
    case T::STWEnd:
    case T::GCMarkAssistEnd: return go_range_end(t);
    case T::GCMarkAssistActive: return mark_assist_active(t);
    case T::GCSweepBegin: return sweep_begin(t);
    case T::GCSweepEnd: return sweep_end(t);
    case T::GCSweepActive: return sweep_active(t);
    case T::GCActive: return gc_active(t);
    case T::GCBegin: return gc_begin(t);
    case T::GCEnd: return gc_end(t);
    case T::ProcsChange:
    case T::GoLabel:
    case T::UserLog: return annotation(t);
    case T::HeapAlloc:
    case T::HeapGoal: return heap_metric(t);
    case T::UserTaskBegin: return task_begin(t);
    case T::UserTaskEnd: return task_end(t);
    case T::UserRegionBegin: return region_begin(t);
    case T::UserRegionEnd: return region_end(t);
    default: break;
  }
  if (!event_spec(t.event.type).experiment.empty()) return experimental(t);
  error_ = {DamageCode::UntimedEvent, event_type_name(t.event.type) + " is no event of a thread"};
  return Advance::Broken;
}

void Replay::begin_generation(std::uint64_t generation) {
  generation_ = generation;
  drop_unused_names();
}

// Names of tasks and regions that are still open are needed in later generations; the rest would only grow.
void Replay::drop_unused_names() {
  NamePool kept;
  for (auto& [id, task] : tasks_) task.name = kept.intern(names_.text(task.name));
  goroutines_.for_each([&](Goroutine& g) {
    for (OpenRegion& region : g.regions) region.name = kept.intern(names_.text(region.name));
  });
  names_ = std::move(kept);
}

Advance Replay::advance(const RawEvent& event, ThreadId thread_id, Slot& thread_hint, const NameSource& names,
                        OrderedEvents& out) {
  if (first_generation_ == 0) first_generation_ = generation_;
  if (thread_id == kNone) {
    no_thread_ = Thread{};
    Try t{event, names, out, {}, &no_thread_};
    return handle(t);
  }
  Thread& bound = thread(thread_id, thread_hint);
  Try t{event, names, out, {thread_id, bound.proc, bound.goroutine}, &bound};
  return handle(t);
}

Replay::Thread& Replay::thread(ThreadId id, Slot& hint) {
  if (hint == kNoSlot) {
    hint = threads_.find(id);
    if (hint == kNoSlot) {
      hint = threads_.insert(id);
      threads_[hint].goroutine = kNone;
      threads_[hint].proc = kNone;
    }
  }
  return threads_[hint];
}

Replay::Goroutine* Replay::goroutine(GoroutineId id) {
  const Slot slot = goroutines_.find(id);
  return slot == kNoSlot ? nullptr : &goroutines_[slot];
}

Replay::Goroutine* Replay::current_goroutine(Try& t) {
  const Slot slot = goroutines_.find(t.context.goroutine, t.after->goroutine_hint);
  if (slot == kNoSlot) return nullptr;
  t.after->goroutine_hint = slot;
  return &goroutines_[slot];
}

Replay::Goroutine& Replay::add_goroutine(GoroutineId id, GoStatusCode status) {
  Goroutine& g = goroutines_[goroutines_.insert(id)];
  g.status = status;
  g.sequence = sequence(0);
  g.regions.clear();
  g.ranges.clear();
  return g;
}

Replay::Proc* Replay::proc(ProcId id) {
  const Slot slot = procs_.find(id);
  return slot == kNoSlot ? nullptr : &procs_[slot];
}

Replay::Proc* Replay::current_proc(Try& t) {
  const Slot slot = procs_.find(t.context.proc, t.after->proc_hint);
  if (slot == kNoSlot) return nullptr;
  t.after->proc_hint = slot;
  return &procs_[slot];
}

Replay::Proc& Replay::add_proc(ProcId id, ProcStatusCode status) {
  Proc& p = procs_[procs_.insert(id)];
  p.status = status;
  p.sequence = sequence(0);
  p.ranges.clear();
  return p;
}

bool Replay::name(Try& t, std::uint64_t string_id, NameId& id) {
  std::string_view text;
  if (!t.names.name(string_id, text)) {
    error_ = {DamageCode::MissingString, event_type_name(t.event.type) + " is named by string " +
                                             std::to_string(string_id) + ", which the string table lacks"};
    return false;
  }
  id = names_.intern(text);
  return true;
}

bool Replay::check_context(const Try& t, Need proc, Need goroutine) {
  auto complain = [&](const char* what) {
    broken(t, what);
    return false;
  };
  if (t.context.thread == kNone) return complain("needs a thread, but stands in a batch of no thread");
  if (proc == Need::Must && t.context.proc == kNone) return complain("needs a proc, but the thread has none");
  if (proc == Need::MustNot && t.context.proc != kNone) return complain("needs a thread without a proc");
  if (goroutine == Need::Must && t.context.goroutine == kNone) {
    return complain("needs a running goroutine, but the thread has none");
  }
  if (goroutine == Need::MustNot && t.context.goroutine != kNone) {
    return complain("needs a thread without a goroutine");
  }
  return true;
}

bool Replay::check_running(Try& t, Goroutine*& current, GoStatusCode wanted) {
  current = current_goroutine(t);
  if (current == nullptr) {
    broken(t, "happens on a goroutine that does not exist");
    return false;
  }
  if (current->status != wanted) {
    broken(t, wanted == GoStatusCode::Running ? "happens on a goroutine that is not running"
                                              : "happens on a goroutine that is not in a syscall");
    return false;
  }
  return true;
}

Advance Replay::broken(const Try& t, std::string_view what) {
  std::string message = event_type_name(t.event.type);
  message += ' ';
  message += what;
  error_ = {DamageCode::ReplayBroken, std::move(message)};
  return Advance::Broken;
}

OrderedEvent& Replay::emit(Try& t) {
  OrderedEvent& event = t.out.events[t.out.count++];
  event.type = t.event.type;
  event.time = t.event.time;
  event.thread = t.context.thread;
  event.proc = t.context.proc;
  event.goroutine = t.context.goroutine;
  event.args = t.event.args;
  return event;
}

Advance Replay::transition(Try& t, State from, State to) {
  OrderedEvent& event = emit(t);
  event.from = from;
  event.to = to;
  return Advance::Advanced;
}

}  // namespace tracecheck

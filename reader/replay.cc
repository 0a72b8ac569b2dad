#include "reader/replay.h"

#include <algorithm>

#include "format/event_table.h"

namespace tracecheck {

// A slot without a handler is a type that never is among the events of a thread.
const std::array<Replay::Handler, 256>& Replay::handlers() {
  static const std::array<Handler, 256> table = [] {
    std::array<Handler, 256> h{};
    auto set = [&h](Handler handler, std::initializer_list<EventType> types) {
      for (EventType type : types) h[static_cast<std::size_t>(type)] = handler;
    };
    using T = EventType;
    set(&Replay::proc_status, {T::ProcStatus});
    set(&Replay::proc_start, {T::ProcStart});
    set(&Replay::proc_stop, {T::ProcStop});
    set(&Replay::proc_steal, {T::ProcSteal});
    set(&Replay::go_status, {T::GoStatus, T::GoStatusStack});
    set(&Replay::go_create, {T::GoCreate, T::GoCreateBlocked});
    set(&Replay::go_start, {T::GoStart});
    set(&Replay::go_stop, {T::GoDestroy, T::GoStop, T::GoBlock});
    set(&Replay::go_unblock, {T::GoUnblock});
    set(&Replay::go_switch, {T::GoSwitch, T::GoSwitchDestroy});
    set(&Replay::syscall_begin, {T::GoSyscallBegin});
    set(&Replay::syscall_end, {T::GoSyscallEnd});
    set(&Replay::syscall_end_blocked, {T::GoSyscallEndBlocked});
    set(&Replay::create_syscall, {T::GoCreateSyscall});
    set(&Replay::destroy_syscall, {T::GoDestroySyscall});
    set(&Replay::go_range_begin, {T::STWBegin, T::GCMarkAssistBegin});
    set(&Replay::go_range_end, {T::STWEnd, T::GCMarkAssistEnd});
    set(&Replay::mark_assist_active, {T::GCMarkAssistActive});
    set(&Replay::sweep_begin, {T::GCSweepBegin});
    set(&Replay::sweep_end, {T::GCSweepEnd});
    set(&Replay::sweep_active, {T::GCSweepActive});
    set(&Replay::gc_active, {T::GCActive});
    set(&Replay::gc_begin, {T::GCBegin});
    set(&Replay::gc_end, {T::GCEnd});
    set(&Replay::annotation, {T::ProcsChange, T::GoLabel, T::UserLog});
    set(&Replay::heap_metric, {T::HeapAlloc, T::HeapGoal});
    set(&Replay::experimental, {T::Span, T::SpanAlloc, T::SpanFree, T::HeapObject, T::HeapObjectAlloc,
                                T::HeapObjectFree, T::GoroutineStack, T::GoroutineStackAlloc, T::GoroutineStackFree});
    set(&Replay::task_begin, {T::UserTaskBegin});
    set(&Replay::task_end, {T::UserTaskEnd});
    set(&Replay::region_begin, {T::UserRegionBegin});
    set(&Replay::region_end, {T::UserRegionEnd});
    return h;
  }();
  return table;
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
  Try t{event, names, out, {}, {}};
  if (thread_id != kNone) {
    t.context = thread(thread_id, thread_hint);
  }
  t.after = t.context;

  const Handler handler = handlers()[static_cast<std::size_t>(event.type)];
  if (handler == nullptr) {
    error_ = {DamageCode::UntimedEvent, event_type_name(event.type) + " is no event of a thread"};
    return Advance::Broken;
  }
  const Advance result = (this->*handler)(t);
  if (result == Advance::Advanced && thread_id != kNone) {
    Thread& bound = threads_[thread_hint];
    bound.goroutine = t.after.goroutine;
    bound.proc = t.after.proc;
    bound.goroutine_hint = t.after.goroutine_hint;
    bound.proc_hint = t.after.proc_hint;
  }
  return result;
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
  const Slot slot = goroutines_.find(t.context.goroutine, t.context.goroutine_hint);
  if (slot == kNoSlot) return nullptr;
  t.after.goroutine_hint = slot;
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
  const Slot slot = procs_.find(t.context.proc, t.context.proc_hint);
  if (slot == kNoSlot) return nullptr;
  t.after.proc_hint = slot;
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
  if (t.context.id == kNone) return complain("needs a thread, but stands in a batch of no thread");
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
  event.thread = t.context.id;
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

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
  error_ = {DamageCode::UntimedEvent, event_type_name(t.event.type) + " is not an event of a thread"};
  return Advance::Broken;
}

void Replay::begin_generation(std::uint64_t generation) {
  generation_ = generation;
  newest_generation_ = std::max(newest_generation_, generation);
  drop_unused_names();
}

// Names of tasks and regions that are still open are needed in later generations; the rest would only grow.
void Replay::drop_unused_names() {
  NamePool kept;
  tasks_.for_each([&](ActiveTask& task) { task.name = kept.intern(names_.text(task.name)); });
  for (OpenOnGoroutine& open : open_) {
    for (OpenRegion& region : open.regions) region.name = kept.intern(names_.text(region.name));
  }
  names_ = std::move(kept);
  name_of_string_.clear();
}

Advance Replay::advance_without_thread(const RawEvent& event, const NameSource& names, OrderedEvents& out) {
  no_thread_ = Thread{};
  Try t{event, names, out, {}, &no_thread_};
  return handle(t);
}

Slot Replay::meet_thread(ThreadId id) {
  const Slot known = threads_.find(id);
  if (known != kNoSlot) return known;
  const Slot slot = threads_.insert(id);
  threads_[slot].goroutine = kNone;
  threads_[slot].proc = kNone;
  threads_[slot].goroutine_open = threads_[slot].proc_open = guesses();
  return slot;
}

Slot Replay::add_goroutine(GoroutineId id, GoStatusCode status) {
  const Slot slot = goroutines_.insert(id);
  Goroutine& g = goroutines_[slot];
  g.awaited = false;
  g.status = status;
  g.sequence = sequence(0);
  if (slot == open_.size()) open_.emplace_back();
  return slot;
}

// Its regions and ranges go with it.
void Replay::drop_goroutine(Slot slot) {
  open_[slot].regions.clear();
  open_[slot].ranges.clear();
  goroutines_.erase(slot);
}

void Replay::add_task(TaskId id, TaskId parent, NameId name, const Context& context, Time time) {
  ActiveTask& task = tasks_[tasks_.insert(static_cast<std::int64_t>(id))];
  task.name = name;
  task.parent = parent;
  task.generation = generation_;
  task.began = time;
  task.goroutine = context.goroutine;
  task.thread = context.thread;
}

Slot Replay::add_proc(ProcId id, ProcStatusCode status) {
  const Slot slot = procs_.insert(id);
  Proc& p = procs_[slot];
  p.awaited = false;
  p.status = status;
  p.sequence = sequence(0);
  p.ranges.clear();
  return slot;
}

bool Replay::name(Try& t, std::uint64_t string_id, NameId& id) {
  if (string_id < name_of_string_.size() && name_of_string_[string_id] != kNoName) [[likely]] {
    id = name_of_string_[string_id];
    return true;
  }
  std::string_view text;
  if (!t.names.name(string_id, text)) {
    error_ = {DamageCode::MissingString, event_type_name(t.event.type) + " is named by string " +
                                             std::to_string(string_id) + ", which the string table lacks"};
    return false;
  }
  id = names_.intern(text);
  constexpr std::uint64_t kNear = 1U << 16U;
  if (string_id < kNear) {
    if (string_id >= name_of_string_.size()) name_of_string_.resize(string_id + 1, kNoName);
    name_of_string_[string_id] = id;
  }
  return true;
}

void Replay::complain_of_context(const Try& t, Need proc, Need goroutine) {
  if (t.context.thread == kNone) {
    broken(t, "needs a thread, but stands in a batch of no thread");
  } else if (proc == Need::Must && t.context.proc == kNone) {
    broken(t, "needs a proc, but the thread has none");
  } else if (proc == Need::MustNot && t.context.proc != kNone) {
    broken(t, "needs a thread without a proc");
  } else if (goroutine == Need::Must && t.context.goroutine == kNone) {
    broken(t, "needs a running goroutine, but the thread has none");
  } else {
    broken(t, "needs a thread without a goroutine");
  }
}

void Replay::complain_of_status(const Try& t, const Goroutine* current, GoStatusCode wanted) {
  if (current == nullptr) {
    broken(t, "happens on a goroutine that does not exist");
  } else {
    broken(t, wanted == GoStatusCode::Running ? "happens on a goroutine that is not running"
                                              : "happens on a goroutine that is not in a syscall");
  }
}

Advance Replay::broken(const Try& t, std::string_view what) {
  std::string message = event_type_name(t.event.type);
  message += ' ';
  message += what;
  error_ = {DamageCode::ReplayBroken, std::move(message)};
  return Advance::Broken;
}

}  // namespace tracecheck

// What the replay knows, for those who bridge what is missing in a broken generation.
#include <algorithm>
#include <utility>

#include "reader/replay.h"

namespace tracecheck {

std::optional<Replay::GoroutineFacts> Replay::facts_of_goroutine(GoroutineId id) const {
  const Slot slot = goroutines_.find(id);
  if (slot == kNoSlot) return std::nullopt;
  const Goroutine& g = goroutines_[slot];
  const bool announced = g.sequence.generation == generation_;
  return GoroutineFacts{g.status, announced, announced ? g.sequence.number + 1 : 1};
}

std::optional<Replay::ProcFacts> Replay::facts_of_proc(ProcId id) const {
  const Slot slot = procs_.find(id);
  if (slot == kNoSlot) return std::nullopt;
  const Proc& p = procs_[slot];
  const bool announced = p.sequence.generation == generation_;
  return ProcFacts{p.status, announced, announced ? p.sequence.number + 1 : 1};
}

Replay::ThreadFacts Replay::facts_of_thread(ThreadId id) const {
  const Slot slot = threads_.find(id);
  if (slot == kNoSlot) return {id};
  return {id, threads_[slot].proc, threads_[slot].goroutine};
}

std::optional<Replay::ThreadFacts> Replay::thread_of_goroutine(GoroutineId id) const {
  std::optional<ThreadFacts> found;
  threads_.for_each([&](const Thread& t) {
    if (t.goroutine == id) found = ThreadFacts{t.id, t.proc, t.goroutine};
  });
  return found;
}

std::optional<Replay::ThreadFacts> Replay::thread_of_proc(ProcId id) const {
  std::optional<ThreadFacts> found;
  threads_.for_each([&](const Thread& t) {
    if (t.proc == id) found = ThreadFacts{t.id, t.proc, t.goroutine};
  });
  return found;
}

bool Replay::ends_in_range(const Try& t, const Goroutine& current) const {
  const EventType type = t.event.type;
  const bool ends = type == EventType::GoDestroy || type == EventType::GoSwitchDestroy;
  return ends && !open_[goroutines_.slot_of(current)].ranges.empty();
}

bool Replay::can_hold_proc(const Try& t, ProcId id) const {
  if (t.context.thread == kNone || t.context.proc == id) return true;
  return t.context.proc == kNone && !thread_of_proc(id);
}

bool Replay::can_hold_goroutine(const Try& t, GoroutineId id) const {
  if (t.context.thread == kNone || t.context.goroutine == id) return true;
  return t.context.goroutine == kNone && !thread_of_goroutine(id);
}

bool Replay::goroutine_has_range(GoroutineId id, EventType begin) const {
  const Slot slot = goroutines_.find(id);
  if (slot == kNoSlot) return false;
  const std::vector<OpenRange>& ranges = open_[slot].ranges;
  return std::any_of(ranges.begin(), ranges.end(), [=](const OpenRange& r) { return r.begin == begin; });
}

bool Replay::goroutine_has_range(GoroutineId id) const {
  const Slot slot = goroutines_.find(id);
  return slot != kNoSlot && !open_[slot].ranges.empty();
}

template <typename Visit>
void Replay::visit_record(const Resource& resource, Visit visit) {
  if (resource.kind == ResourceKind::Proc) {
    if (Proc* known = proc(resource.id)) visit(*known);
  } else if (Goroutine* known = goroutine(resource.id)) {
    visit(*known);
  }
}

bool Replay::await(const Resource& resource) {
  bool found = false;
  visit_record(resource, [&](auto& record) { found = record.awaited = true; });
  return found;
}

bool Replay::note_change(const Resource& resource, Time time) {
  bool awaited = false;
  visit_record(resource, [&](auto& record) {
    record.changed = time;
    awaited = std::exchange(record.awaited, false);
  });
  return awaited;
}

Time Replay::changed(const Resource& resource) {
  Time time = 0;
  visit_record(resource, [&](const auto& record) { time = record.changed; });
  return time;
}

bool Replay::may_begin_later(TaskId id, GoroutineId goroutine, ThreadId thread) const {
  const ActiveTask& task = tasks_[tasks_.find(static_cast<std::int64_t>(id))];
  return task.generation == generation_ && task.goroutine != goroutine && task.thread != thread;
}

bool Replay::is_as_told(const Resource& resource) const {
  if (resource.kind == ResourceKind::Proc) {
    const auto known = facts_of_proc(resource.id);
    return known && known->announced && known->next_sequence == 1;
  }
  const auto known = facts_of_goroutine(resource.id);
  return known && known->announced && known->next_sequence == 1;
}

bool Replay::proc_has_range(ProcId id) const {
  const Slot slot = procs_.find(id);
  return slot != kNoSlot && !procs_[slot].ranges.empty();
}

void Replay::trust_sequence(const RawEvent& event, ThreadId thread) {
  switch (event.type) {
    case EventType::GoStart:
    case EventType::GoUnblock:
    case EventType::GoSwitch:
    case EventType::GoSwitchDestroy:
      if (Goroutine* g = goroutine(static_cast<GoroutineId>(event.args[0]))) g->sequence = sequence(event.args[1] - 1);
      break;
    case EventType::ProcStart:
    case EventType::ProcSteal:
      if (Proc* p = proc(static_cast<ProcId>(event.args[0]))) p->sequence = sequence(event.args[1] - 1);
      break;
    case EventType::GoSyscallBegin:
      if (Proc* p = proc(facts_of_thread(thread).proc)) p->sequence = sequence(event.args[0] - 1);
      break;
    case EventType::GCActive:
    case EventType::GCBegin:
    case EventType::GCEnd: gc_sequence_ = event.args[0] - 1; break;
    default: break;
  }
}

}  // namespace tracecheck

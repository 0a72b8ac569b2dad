// What the replay knows, for those who bridge what is missing in a broken generation.
#include <algorithm>

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

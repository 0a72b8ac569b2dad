#include "export/opening.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tracecheck {
namespace {

std::uint64_t wire_id(std::int64_t id) { return static_cast<std::uint64_t>(id); }

bool is_go_status(EventType type) { return type == EventType::GoStatus || type == EventType::GoStatusStack; }

GoStatusCode go_status(const KeptEvent& event) {
  return static_cast<GoStatusCode>(static_cast<std::uint8_t>(event.args[2]));
}

ProcStatusCode proc_status(const KeptEvent& event) {
  return static_cast<ProcStatusCode>(static_cast<std::uint8_t>(event.args[1]));
}

// Where a status stands that was told in a batch of `thread`: with the thread that it binds, if it binds one.
ThreadId home_of_go_status(const KeptEvent& event, ThreadId thread) {
  switch (go_status(event)) {
    case GoStatusCode::Running: return thread;
    case GoStatusCode::Syscall: return static_cast<ThreadId>(event.args[1]);
    default: return kNone;
  }
}

ThreadId home_of_proc_status(const KeptEvent& event, ThreadId thread) {
  const ProcStatusCode status = proc_status(event);
  return status == ProcStatusCode::Running || status == ProcStatusCode::Syscall ? thread : kNone;
}

}  // namespace

Opening::Opening(const Generation& generation, const Replay& before, Time since) : since_(since) {
  before.visit_open_ranges([this](const Resource& on, EventType begin, std::uint64_t /*kind*/) {
    if (begin == EventType::STWBegin) stopped_before_.insert(on.id);
  });
  SalvagedOrder order(generation, before);
  bool begun = false;
  while (order.next()) {
    begun = begun || (order.begins_wire_event() && order.event().time >= since);
    if (!begun) {
      ++before_;
    } else if (order.begins_wire_event() && !order.out_of_order() && order.event().type != EventType::CPUSample) {
      look_ahead(order);
    }
  }
}

void Opening::look_ahead(const SalvagedOrder& order) {
  using T = EventType;
  const RawEvent& wire = order.wire_event();
  const auto id = static_cast<std::int64_t>(wire.args[0]);
  KeptEvent event{order.wire_thread(), kNone, wire.type, 0, wire.args};
  switch (wire.type) {
    case T::GoStatus:
    case T::GoStatusStack:
      event.thread = home_of_go_status(event, event.thread);
      if (!created_.contains(id)) goroutines_to_come_.try_emplace(id, event);
      break;
    case T::ProcStatus:
      event.thread = home_of_proc_status(event, event.thread);
      procs_to_come_.try_emplace(id, event);
      break;
    case T::GoCreate:
    case T::GoCreateBlocked:
    case T::GoCreateSyscall: created_.insert(id); break;
    case T::GCActive:
    case T::GCBegin:
    case T::GCEnd:
      if (!gc_to_come_) gc_to_come_ = event;
      break;
    default: break;
  }
}

void Opening::go_to(SalvagedOrder& order) {
  for (std::uint64_t i = 0; i < before_; ++i) order.next();
  const Replay& state = order.replay();
  state.visit_threads([&](const Replay::ThreadFacts& thread) { tell_thread(state, thread); });
  state.visit_procs([&](ProcId id, ProcStatusCode status) {
    const bool held = status == ProcStatusCode::Running || status == ProcStatusCode::Syscall;
    if (!held) tell_proc(state, id, status, kNone);
  });
  state.visit_goroutines([&](GoroutineId id, GoStatusCode status) {
    const bool on_thread = status == GoStatusCode::Running || status == GoStatusCode::Syscall;
    if (!on_thread) tell_goroutine(state, id, status, kNone);
  });
  tell_those_to_come(state);
  tell_ranges(state);
  tell_gc(state);
  settle();
}

void Opening::tell_thread(const Replay& state, const Replay::ThreadFacts& thread) {
  if (const auto proc = state.facts_of_proc(thread.proc)) tell_proc(state, thread.proc, proc->status, thread.thread);
  const auto goroutine = state.facts_of_goroutine(thread.goroutine);
  if (!goroutine) return;
  thread_of_[thread.goroutine] = thread.thread;
  tell_goroutine(state, thread.goroutine, goroutine->status, thread.thread);
}

// One that is still to come has the stack, too.
void Opening::tell_goroutine(const Replay& state, GoroutineId id, GoStatusCode status, ThreadId thread) {
  KeptEvent event{
      thread, kNone, EventType::GoStatus, 0, {wire_id(id), wire_id(thread), static_cast<std::uint64_t>(status)}};
  const auto to_come = goroutines_to_come_.find(id);
  const bool announced = state.facts_of_goroutine(id)->announced;
  if (!announced && to_come != goroutines_to_come_.end() && go_status(to_come->second) == status) {
    event.type = to_come->second.type;
    event.args = to_come->second.args;
    told_goroutines_.insert(id);
  }
  events_.push_back(event);
}

void Opening::tell_proc(const Replay& state, ProcId id, ProcStatusCode status, ThreadId thread) {
  events_.push_back({thread, kNone, EventType::ProcStatus, 0, {wire_id(id), static_cast<std::uint64_t>(status)}});
  const auto to_come = procs_to_come_.find(id);
  const bool announced = state.facts_of_proc(id)->announced;
  if (!announced && to_come != procs_to_come_.end() && proc_status(to_come->second) == status) told_procs_.insert(id);
}

// Those that the replay has not met yet.
void Opening::tell_those_to_come(const Replay& state) {
  for (const auto& [id, event] : procs_to_come_) {
    if (!state.facts_of_proc(id) && told_procs_.insert(id).second) events_.push_back(event);
  }
  for (const auto& [id, event] : goroutines_to_come_) {
    if (!state.facts_of_goroutine(id) && told_goroutines_.insert(id).second) events_.push_back(event);
  }
}

void Opening::tell_ranges(const Replay& state) {
  using T = EventType;
  state.visit_open_ranges([&](const Resource& on, T begin, std::uint64_t kind) {
    switch (begin) {
      case T::GCMarkAssistBegin:
        told_assists_.insert(on.id);
        events_.push_back({kNone, kNone, T::GCMarkAssistActive, 0, {wire_id(on.id)}});
        break;
      case T::GCSweepBegin:
        told_sweeps_.insert(on.id);
        events_.push_back({kNone, kNone, T::GCSweepActive, 0, {wire_id(on.id)}});
        break;
      case T::STWBegin:
        // It has no event that tells of one under way: it begins here, where its goroutine runs.
        if (const auto thread = thread_of_.find(on.id); thread != thread_of_.end()) {
          events_.push_back({thread->second, kNone, T::STWBegin, 0, {stopped_before_.contains(on.id) ? 0 : kind}});
        }
        break;
      default: break;
    }
  });
}

void Opening::tell_gc(const Replay& state) {
  const Replay::GCFacts gc = state.facts_of_gc();
  if (gc.state != Replay::GCState::On) return;
  KeptEvent event{kNone, kNone, EventType::GCActive, 0, {gc.next_sequence - 1}};
  if (gc_to_come_ && gc_to_come_->type == EventType::GCActive) {
    event.args = gc_to_come_->args;
    told_gc_ = true;
  }
  events_.push_back(event);
}

// In an order that is the same each time: what binds a thread before what needs it bound.
void Opening::settle() {
  const auto rank = [](const KeptEvent& event) {
    if (event.type == EventType::ProcStatus) return 0;
    return is_go_status(event.type) ? 1 : 2;
  };
  std::stable_sort(events_.begin(), events_.end(), [&](const KeptEvent& a, const KeptEvent& b) {
    return std::tuple(rank(a), a.args[0], a.type) < std::tuple(rank(b), b.args[0], b.type);
  });
  const auto count = static_cast<Time>(events_.size());
  Time time = std::max<Time>(since_ - count, 2);
  start_ = time - 1;
  for (KeptEvent& event : events_) event.time = time++;
}

bool Opening::has_told(const SalvagedOrder& order) {
  if (order.event().type == EventType::CPUSample) return false;
  const RawEvent& wire = order.wire_event();
  const auto id = static_cast<std::int64_t>(wire.args[0]);
  switch (wire.type) {
    case EventType::GoStatus:
    case EventType::GoStatusStack: return told_goroutines_.erase(id) > 0;
    case EventType::ProcStatus: return told_procs_.erase(id) > 0;
    case EventType::GCMarkAssistActive: return told_assists_.contains(id);
    case EventType::GCSweepActive: return told_sweeps_.contains(id);
    case EventType::GCActive: return std::exchange(told_gc_, false);
    default: return false;
  }
}

}  // namespace tracecheck

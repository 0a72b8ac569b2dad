// What an event needs to know of the state before the generation, where that is guessed: guess.h.
//
// The runtime tells what a thread holds before the first event of the thread that has to do with it. So most of it is
// plain; where it is not, the thread waits until another one tells, and only if nothing else goes on is it settled
// without.
#include <algorithm>
#include <utility>

#include "format/event_table.h"
#include "reader/threadwise_check.h"

namespace tracecheck {
namespace {

// Whether one that tells of nothing that its thread holds can only come where it holds no goroutine.
bool shows_no_goroutine(EventType type) {
  switch (type) {
    case EventType::GoStart:
    case EventType::GoCreate:
    case EventType::GoCreateBlocked:
    case EventType::GoCreateSyscall:
    case EventType::ProcStop:
    case EventType::HeapAlloc:
    case EventType::HeapGoal:
    case EventType::GCSweepBegin:
    case EventType::GCSweepEnd: return true;
    default: return false;
  }
}

bool held_by_status(const RawEvent& event) {
  const auto status = static_cast<ProcStatusCode>(event.args[1] & 0xffU);
  return status == ProcStatusCode::Running || status == ProcStatusCode::Syscall;
}

}  // namespace

// Once, if all threads wait.
bool ThreadwiseCheck::out_of_patience() { return !std::exchange(patient_, true); }

ThreadwiseCheck::Admission ThreadwiseCheck::suppose(const RawEvent& event, const Runner& runner) {
  using T = EventType;
  const auto id = static_cast<std::int64_t>(event.args[0]);
  switch (event.type) {
    case T::GoStatus:
    case T::GoStatusStack: return suppose_from_status(event, runner);
    case T::ProcStatus:
      if (id == kNone) return Admission::Unsure;
      if (held_by_status(event) && runner.id() != kNone) replay_.suppose_proc(runner.id(), id);
      return Admission::Yes;
    case T::ProcSteal: suppose_from_steal(event); return Admission::Yes;
    case T::GCSweepActive: {
      // Whoever holds a proc in a syscall may not be known yet.
      const auto facts = replay_.facts_of_proc(id);
      const bool known = !facts || facts->status != ProcStatusCode::Syscall || replay_.thread_of_proc(id);
      return known ? Admission::Yes : Admission::Unsure;
    }
    case T::GoUnblock:
    case T::GCMarkAssistActive: return Admission::Yes;
    default: break;
  }
  if (runner.id() == kNone || !event_spec(event.type).experiment.empty()) return Admission::Yes;
  const Admission settled = settle(event, runner);
  return settled == Admission::Yes ? settle_gc(event) : settled;
}

ThreadwiseCheck::Admission ThreadwiseCheck::suppose_from_status(const RawEvent& event, const Runner& runner) {
  const auto id = static_cast<GoroutineId>(event.args[0]);
  const auto named = static_cast<ThreadId>(event.args[1]);
  const auto status = static_cast<GoStatusCode>(event.args[2] & 0xffU);
  if (id == kNone) return Admission::Unsure;
  if (status == GoStatusCode::Running && runner.id() != kNone) replay_.suppose_goroutine(runner.id(), id);
  if (status == GoStatusCode::Syscall && named != kNone) replay_.suppose_goroutine(named, id);
  return Admission::Yes;
}

// Who is robbed of a proc whose syscall goes on since before held it.
void ThreadwiseCheck::suppose_from_steal(const RawEvent& event) {
  const auto id = static_cast<ProcId>(event.args[0]);
  const auto victim = static_cast<ThreadId>(event.args[2]);
  const auto facts = replay_.facts_of_proc(id);
  const bool next = facts && facts->announced && facts->next_sequence == event.args[1];
  if (next && facts->status == ProcStatusCode::Syscall && victim != kNone) replay_.suppose_proc(victim, id);
}

// What the thread of the event holds.
ThreadwiseCheck::Admission ThreadwiseCheck::settle(const RawEvent& event, const Runner& runner) {
  using T = EventType;
  const bool starts_proc = event.type == T::ProcStart;
  if (!replay_.goroutine_settled(runner.thread) && !starts_proc) {
    if (!shows_no_goroutine(event.type)) return Admission::Wait;
    replay_.suppose_goroutine(runner.id(), kNone);
  }
  if (replay_.proc_settled(runner.thread) || event.type == T::GoCreateSyscall) return Admission::Yes;
  // In a syscall it may hold one until it is robbed of it.
  const bool in_syscall = replay_.facts_of_thread(runner.id()).goroutine != kNone;
  const bool may_lack = starts_proc || event.type == T::GoSyscallEndBlocked || event.type == T::GoDestroySyscall;
  if (!may_lack || (in_syscall && !out_of_patience())) return Admission::Wait;
  replay_.suppose_proc(runner.id(), kNone);
  return Admission::Yes;
}

// The first event of the GC is the one with the lowest number.
ThreadwiseCheck::Admission ThreadwiseCheck::settle_gc(const RawEvent& event) {
  if (!is_gc(event.type) || replay_.gc_settled()) return Admission::Yes;
  least_gc_ = std::min(least_gc_, event.args[0]);
  if (event.args[0] != least_gc_ || !out_of_patience()) return Admission::Wait;
  replay_.suppose_gc(event.type, event.args[0]);
  return Admission::Yes;
}

}  // namespace tracecheck

// Which events may happen out of their order: threadwise_check.h.
#include <utility>

#include "format/event_table.h"
#include "reader/replay_steps.h"
#include "reader/threadwise_check.h"

namespace tracecheck {

// Each event asks that what its thread holds was told of in this generation, and runs: then nobody can take it away, or
// tells something else of it before. A thread whose proc may be taken away, in a syscall, can do only what has nothing
// to do with the proc, or waits for that, or shows that nobody takes it.
ThreadwiseCheck::Admission ThreadwiseCheck::admit(const RawEvent& event, const Runner& runner) {
  using T = EventType;
  if (runner.id() == kNone) return admit_without_thread(event, runner);
  const Replay::Steps steps(replay_, runner.thread);
  const auto once = [](bool holds) { return holds ? Admission::Yes : Admission::Wait; };
  const auto id = static_cast<std::int64_t>(event.args[0]);
  const Replay::ThreadFacts thread = replay_.facts_of_thread(runner.id());
  switch (event.type) {
    case T::GoStatus:
    case T::GoStatusStack: return admit_go_status(event, thread);
    case T::ProcStatus: return admit_proc_status(event, thread, runner);
    case T::GoCreate:
    case T::GoCreateBlocked: return steps.all_runs() ? admit_new(id) : Admission::Wait;
    case T::GoCreateSyscall: return admit_again(id, event.time);
    case T::GoDestroy:
    case T::GoSwitchDestroy:
      return replay_.goroutine_has_range(thread.goroutine) ? Admission::Unsure : once(steps.all_runs());
    case T::GoDestroySyscall:
      // A proc that it gives up may be taken away before or after, which changes what comes out.
      if (!steps.proc_told() || !steps.goroutine_told()) return Admission::Wait;
      if (replay_.goroutine_has_range(thread.goroutine)) return Admission::Unsure;
      return admit_by_times(runner.robbed, event.time);
    case T::GoUnblock:
    case T::ProcStart:
    case T::ProcSteal: return Admission::Yes;
    case T::GoSyscallEnd:
    case T::GoSyscallEndBlocked:
    case T::ProcStop: return once(steps.goroutine_told() && steps.proc_told());
    case T::GCMarkAssistActive: return admit_active(goroutine_resource(id), event.time, runner);
    case T::GCSweepActive: return admit_active(proc_resource(id), event.time, runner);
    case T::UserTaskBegin:
    case T::UserTaskEnd: return steps.all_runs() ? admit_task(event, thread) : Admission::Wait;
    default: break;
  }
  // Of experiments nothing is asked, and nothing changes.
  if (!event_spec(event.type).experiment.empty()) return Admission::Yes;
  return once(steps.all_runs());
}

ThreadwiseCheck::Admission ThreadwiseCheck::admit_new(GoroutineId id) {
  const bool fresh = !replay_.has_goroutine(id) && met_goroutines_.insert(static_cast<std::uint64_t>(id));
  return fresh ? Admission::Yes : Admission::Unsure;
}

// A thread may call into Go with a goroutine that it, or another, had before.
ThreadwiseCheck::Admission ThreadwiseCheck::admit_again(GoroutineId id, Time time) {
  if (replay_.has_goroutine(id)) return Admission::Wait;
  const auto gone = gone_.find(id);
  if (gone == gone_.end()) return admit_new(id);
  // What was guessed of it does not tell the one from the other.
  return replay_.guesses() ? Admission::Unsure : admit_by_times(gone->second, time);
}

// Times tell the order, if no event of the generation has one before that of what makes it possible.
ThreadwiseCheck::Admission ThreadwiseCheck::admit_by_times(Time earlier, Time later) {
  goes_by_times_ = true;
  return earlier < later ? Admission::Yes : Admission::Unsure;
}

// As a generation ends, what was not met in it is told of in a batch of no thread.
ThreadwiseCheck::Admission ThreadwiseCheck::admit_without_thread(const RawEvent& event, const Runner& runner) {
  const auto id = static_cast<std::int64_t>(event.args[0]);
  switch (event.type) {
    case EventType::GoStatus:
    case EventType::GoStatusStack: return admit_go_status(event, {});
    case EventType::ProcStatus: return admit_proc_status(event, {}, runner);
    case EventType::GCMarkAssistActive: return admit_active(goroutine_resource(id), event.time, runner);
    case EventType::GCSweepActive: return admit_active(proc_resource(id), event.time, runner);
    default: return Admission::Unsure;
  }
}

ThreadwiseCheck::Admission ThreadwiseCheck::admit_go_status(const RawEvent& event, const Replay::ThreadFacts& thread) {
  const auto id = static_cast<GoroutineId>(event.args[0]);
  const auto named = static_cast<ThreadId>(event.args[1]);
  if (!met_goroutines_.insert(event.args[0])) return Admission::Unsure;
  // The reference looks at the low byte only.
  switch (static_cast<GoStatusCode>(event.args[2] & 0xffU)) {
    case GoStatusCode::Runnable:
    case GoStatusCode::Waiting: return Admission::Yes;
    case GoStatusCode::Running: break;
    case GoStatusCode::Syscall: {
      if (named == thread.thread) break;
      // Nothing that the other thread does may have come before, or it holds the goroutine since before.
      const Replay::ThreadFacts other = replay_.facts_of_thread(named);
      if (other.goroutine == id) return Admission::Yes;
      const bool unheard = !replay_.knows_thread(named) && !runner_of_.contains(named);
      return unheard && !replay_.thread_of_goroutine(id) ? Admission::Yes : Admission::Unsure;
    }
    default: return Admission::Unsure;
  }
  if (thread.thread == kNone) return Admission::Unsure;
  if (thread.goroutine == id) return Admission::Yes;
  return thread.goroutine == kNone && !replay_.thread_of_goroutine(id) ? Admission::Yes : Admission::Unsure;
}

ThreadwiseCheck::Admission ThreadwiseCheck::admit_proc_status(const RawEvent& event, const Replay::ThreadFacts& thread,
                                                              const Runner& runner) const {
  const auto id = static_cast<ProcId>(event.args[0]);
  const auto known = replay_.facts_of_proc(id);
  if (known && known->announced) return Admission::Unsure;
  switch (static_cast<ProcStatusCode>(event.args[1] & 0xffU)) {
    case ProcStatusCode::Idle:
    case ProcStatusCode::SyscallAbandoned: return Admission::Yes;
    case ProcStatusCode::Running:
    case ProcStatusCode::Syscall:
      // Of which it holds it matters whether it was robbed before that or after.
      if (thread.thread == kNone || runner.robbed != 0) return Admission::Unsure;
      if (thread.proc == id) return Admission::Yes;
      return thread.proc == kNone && !replay_.thread_of_proc(id) ? Admission::Yes : Admission::Unsure;
    default: return Admission::Unsure;
  }
}

// A range that goes on: it stands just behind the status, before anything else happens to whom it is on.
ThreadwiseCheck::Admission ThreadwiseCheck::admit_active(const Resource& resource, Time time, const Runner& runner) {
  const bool of_proc = resource.kind == ResourceKind::Proc;
  const auto holder = of_proc ? replay_.thread_of_proc(resource.id) : replay_.thread_of_goroutine(resource.id);
  if (holder) return holder->thread == runner.id() ? Admission::Yes : Admission::Unsure;
  if (!replay_.is_as_told(resource)) return Admission::Unsure;
  replay_.await(resource);
  waiting_for(resource).not_before = time;
  return runner.told == resource ? Admission::Yes : admit_by_times(replay_.changed(resource), time);
}

ThreadwiseCheck::Admission ThreadwiseCheck::admit_task(const RawEvent& event, const Replay::ThreadFacts& thread) {
  const TaskId id = event.args[0];
  if (event.type == EventType::UserTaskBegin) {
    const bool usual = id != kNoTask && id != kBackgroundTask && !replay_.knows_task(id);
    return usual && met_tasks_.insert(id) ? Admission::Yes : Admission::Unsure;
  }
  if (replay_.knows_task(id)) {
    if (!replay_.may_begin_later(id, thread.goroutine, thread.thread)) return Admission::Yes;
    return admit_by_times(replay_.task_began(id), event.time);
  }
  // It may end twice, and may have begun before the trace.
  if (!met_tasks_.contains(id) && std::exchange(patient_, true)) return Admission::Wait;
  met_tasks_.insert(id);
  return Admission::Yes;
}

}  // namespace tracecheck

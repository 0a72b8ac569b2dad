#include "analysis/log_walk.h"

#include <algorithm>
#include <array>
#include <compare>
#include <limits>

#include "analysis/split_work.h"
#include "format/status.h"
#include "reader/event_skim.h"

namespace tracecheck {
namespace {

// Stands for what the thread had when the generation began.
constexpr std::int64_t kInherited = std::numeric_limits<std::int64_t>::min();

std::int64_t inherit(std::int64_t id, std::int64_t at_start) { return id == kInherited ? at_start : id; }

// What the walk learns of an event.
enum class Tells : std::uint8_t {
  Nothing,
  Log,
  Task,
  GoroutineStarts,
  GoroutineStops,
  ThreadLeaves,  // with nothing
  GoroutineStatus,
  ProcStarts,
  ProcStops,
  ProcStatus
};

constexpr Tells what_tells(EventType type) {
  switch (type) {
    case EventType::UserLog: return Tells::Log;
    case EventType::UserTaskBegin: return Tells::Task;
    case EventType::GoStart:
    case EventType::GoCreateSyscall:
    case EventType::GoSwitch:
    case EventType::GoSwitchDestroy: return Tells::GoroutineStarts;
    case EventType::GoStop:
    case EventType::GoBlock:
    case EventType::GoDestroy:
    case EventType::GoSyscallEndBlocked: return Tells::GoroutineStops;
    case EventType::GoDestroySyscall: return Tells::ThreadLeaves;
    case EventType::GoStatus:
    case EventType::GoStatusStack: return Tells::GoroutineStatus;
    case EventType::ProcStart: return Tells::ProcStarts;
    case EventType::ProcStop: return Tells::ProcStops;
    case EventType::ProcStatus: return Tells::ProcStatus;
    // ProcSteal takes a proc from a thread in a syscall, which has no log to give before its next ProcStart.
    default: return Tells::Nothing;
  }
}

constexpr std::array<Tells, 256> kTells = [] {
  std::array<Tells, 256> tells{};
  for (std::size_t type = 0; type < tells.size(); ++type) tells[type] = what_tells(static_cast<EventType>(type));
  return tells;
}();

}  // namespace

// One thread of one generation.
class LogWalk::ThreadWalk {
 public:
  ThreadWalk(const Generation& generation, const ThreadBatches& batches, const Judge& judge)
      : generation_(generation), batches_(batches), judge_(judge), thread_(batches.thread) {}

  void run() {
    for (const EventBatch& batch : batches_.batches) {
      const Skimmed skimmed =
          skim_events(batch, generation_.clock(), kTells, [this](const SkimmedEvent& event) { take(event); });
      if (skimmed.last) result.newest = std::max(result.newest.value_or(*skimmed.last), *skimmed.last);
      if (const auto& bad = skimmed.malformed; bad && !result.damage) {
        result.damage = malformed_event(bad->code, batch, bad->offset, thread_, generation_.id());
      }
    }
  }

  ThreadId thread() const { return thread_; }
  Context context{kInherited, kInherited};                   // of the thread after its last event
  WalkResult result;                                         // of this thread alone
  std::vector<std::pair<ThreadId, GoroutineId>> in_syscall;  // as it says of others

 private:
  void take(const SkimmedEvent& event) {
    switch (kTells[static_cast<std::size_t>(event.type())]) {
      case Tells::Nothing: break;
      case Tells::Log: log(event); break;
      case Tells::Task: task(event); break;
      case Tells::GoroutineStarts: has_goroutine(first_of(event)); break;
      case Tells::GoroutineStops: context.goroutine = kNone; break;
      case Tells::ThreadLeaves: context = Context{}; break;
      case Tells::GoroutineStatus: goroutine_status(event); break;
      case Tells::ProcStarts: has_proc(first_of(event)); break;
      case Tells::ProcStops: context.proc = kNone; break;
      case Tells::ProcStatus: proc_status(event); break;
    }
  }

  static std::uint64_t first_of(const SkimmedEvent& event) {
    std::uint64_t first = 0;
    event.read(first);
    return first;
  }

  void log(const SkimmedEvent& event) {
    WireLog log{.time = event.time(), .thread = thread_, .proc = context.proc, .goroutine = context.goroutine};
    event.read(log.task, log.category, log.message, log.stack);
    log.match = judge_(log.category, log.message);
    if (log.match != Match::No) result.logs.push_back(log);
  }

  void task(const SkimmedEvent& event) {
    std::pair<TaskId, TaskId>& task = result.tasks.emplace_back();
    event.read(task.first, task.second);
  }

  void goroutine_status(const SkimmedEvent& event) {
    std::uint64_t goroutine = 0;
    std::uint64_t thread = 0;
    std::uint64_t code = 0;
    event.read(goroutine, thread, code);
    const auto named = static_cast<ThreadId>(thread);
    const auto status = static_cast<GoStatusCode>(code);
    if (status == GoStatusCode::Running || (status == GoStatusCode::Syscall && named == thread_)) {
      has_goroutine(goroutine);
    } else if (status == GoStatusCode::Syscall && named != kNone) {
      in_syscall.emplace_back(named, static_cast<GoroutineId>(goroutine));
    }
  }

  void proc_status(const SkimmedEvent& event) {
    std::uint64_t proc = 0;
    std::uint64_t code = 0;
    event.read(proc, code);
    const auto status = static_cast<ProcStatusCode>(code);
    if (status == ProcStatusCode::Running || status == ProcStatusCode::Syscall) has_proc(proc);
  }

  // Statuses of no thread bind nothing.
  void has_goroutine(std::uint64_t id) {
    if (thread_ != kNone) context.goroutine = static_cast<GoroutineId>(id);
  }
  void has_proc(std::uint64_t id) {
    if (thread_ != kNone) context.proc = static_cast<ProcId>(id);
  }

  const Generation& generation_;
  const ThreadBatches& batches_;
  const Judge& judge_;
  ThreadId thread_;
};

LogWalk::Context LogWalk::at_start(ThreadId thread) const {
  Context context;
  if (const auto found = contexts_.find(thread); found != contexts_.end()) context = found->second;
  if (const auto told = in_syscall_.find(thread); told != in_syscall_.end()) context.goroutine = told->second;
  return context;
}

// What each has is as it was when the generation began, where nothing in it said otherwise. Only now is all known that
// other threads say of one.
void LogWalk::put_in_place(std::vector<ThreadWalk>& threads) {
  in_syscall_.clear();
  for (const ThreadWalk& thread : threads) {
    for (const auto& [named, goroutine] : thread.in_syscall) in_syscall_[named] = goroutine;
  }
  for (ThreadWalk& thread : threads) {
    const Context start = at_start(thread.thread());
    for (WireLog& log : thread.result.logs) {
      log.goroutine = inherit(log.goroutine, start.goroutine);
      log.proc = inherit(log.proc, start.proc);
    }
    thread.context.goroutine = inherit(thread.context.goroutine, start.goroutine);
    thread.context.proc = inherit(thread.context.proc, start.proc);
  }
  for (const auto& [thread, goroutine] : in_syscall_) contexts_[thread].goroutine = goroutine;
  for (const ThreadWalk& thread : threads) contexts_[thread.thread()] = thread.context;
}

WalkResult LogWalk::walk(const Generation& generation, unsigned workers, const Judge& judge) {
  std::vector<ThreadWalk> threads;
  threads.reserve(generation.threads().size());
  for (const ThreadBatches& batches : generation.threads()) threads.emplace_back(generation, batches, judge);
  split_work(threads.size(), workers, [&threads](std::size_t i) { threads[i].run(); });
  put_in_place(threads);

  WalkResult result;
  // Small keys are sorted rather than the logs themselves, which takes half the time.
  struct Place {
    Time time;
    std::uint32_t thread;
    std::uint32_t log;
    auto operator<=>(const Place&) const = default;
  };
  std::vector<Place> places;
  for (std::uint32_t i = 0; i < threads.size(); ++i) {
    const WalkResult& found = threads[i].result;
    for (std::uint32_t k = 0; k < found.logs.size(); ++k) places.push_back({found.logs[k].time, i, k});
    result.tasks.insert(result.tasks.end(), found.tasks.begin(), found.tasks.end());
    if (found.newest) result.newest = std::max(result.newest.value_or(*found.newest), *found.newest);
    if (!result.damage) result.damage = found.damage;
  }
  std::sort(places.begin(), places.end());
  result.logs.reserve(places.size());
  for (const Place& place : places) result.logs.push_back(threads[place.thread].result.logs[place.log]);
  return result;
}

}  // namespace tracecheck

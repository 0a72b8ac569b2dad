#include "analysis/log_walk.h"

#include <algorithm>
#include <array>
#include <limits>

#include "format/status.h"
#include "reader/event_skim.h"

namespace tracecheck {
namespace {

// Stands for what the thread had when the generation began.
constexpr std::int64_t kInherited = std::numeric_limits<std::int64_t>::min();

std::int64_t inherit(std::int64_t id, std::int64_t at_start) { return id == kInherited ? at_start : id; }

// The types of which `take` learns something.
constexpr std::array<bool, 256> kTelling = [] {
  std::array<bool, 256> telling{};
  for (const EventType type :
       {EventType::UserLog, EventType::UserTaskBegin, EventType::GoStart, EventType::GoCreateSyscall,
        EventType::GoSwitch, EventType::GoSwitchDestroy, EventType::GoStop, EventType::GoBlock, EventType::GoDestroy,
        EventType::GoSyscallEndBlocked, EventType::GoDestroySyscall, EventType::GoStatus, EventType::GoStatusStack,
        EventType::ProcStart, EventType::ProcStop, EventType::ProcStatus}) {
    telling[static_cast<std::size_t>(type)] = true;
  }
  return telling;
}();

// Of one time: as they stand. Small keys are sorted rather than the logs themselves, which takes half the time.
void sort_by_time(std::vector<WireLog>& logs) {
  std::vector<std::pair<Time, std::size_t>> keys;
  keys.reserve(logs.size());
  for (const WireLog& log : logs) keys.emplace_back(log.time, keys.size());
  if (std::is_sorted(keys.begin(), keys.end())) return;
  std::sort(keys.begin(), keys.end());
  std::vector<WireLog> sorted;
  sorted.reserve(logs.size());
  for (const auto& [time, index] : keys) sorted.push_back(logs[index]);
  logs = std::move(sorted);
}

}  // namespace

// One thread of one generation.
class LogWalk::ThreadWalk {
 public:
  ThreadWalk(LogWalk& walk, WalkResult& result, const Judge& judge) : walk_(walk), result_(result), judge_(judge) {}

  void run(const Generation& generation, const ThreadBatches& batches) {
    thread_ = batches.thread;
    for (const EventBatch& batch : batches.batches) {
      const Skimmed skimmed =
          skim_events(batch, generation.clock(), kTelling, [this](const SkimmedEvent& event) { take(event); });
      if (skimmed.last) result_.newest = std::max(result_.newest.value_or(*skimmed.last), *skimmed.last);
      if (const auto& bad = skimmed.malformed; bad && !result_.damage) {
        result_.damage = malformed_event(bad->code, batch, bad->offset, thread_, generation.id());
      }
    }
  }

  const Context& context() const { return context_; }

 private:
  void take(const SkimmedEvent& event) {
    switch (event.type()) {
      case EventType::UserLog: log(event); break;
      case EventType::UserTaskBegin: task(event); break;
      case EventType::GoStart:
      case EventType::GoCreateSyscall:
      case EventType::GoSwitch:
      case EventType::GoSwitchDestroy: has_goroutine(first_of(event)); break;
      case EventType::GoStop:
      case EventType::GoBlock:
      case EventType::GoDestroy:
      case EventType::GoSyscallEndBlocked: context_.goroutine = kNone; break;
      case EventType::GoDestroySyscall: context_ = Context{}; break;
      case EventType::GoStatus:
      case EventType::GoStatusStack: goroutine_status(event); break;
      case EventType::ProcStart: has_proc(first_of(event)); break;
      case EventType::ProcStop: context_.proc = kNone; break;
      case EventType::ProcStatus: proc_status(event); break;
      // ProcSteal takes a proc from a thread in a syscall, which has no log to give before its next ProcStart.
      default: break;
    }
  }

  static std::uint64_t first_of(const SkimmedEvent& event) {
    std::uint64_t first = 0;
    event.read(first);
    return first;
  }

  void log(const SkimmedEvent& event) {
    WireLog log{.time = event.time(), .thread = thread_, .proc = context_.proc, .goroutine = context_.goroutine};
    event.read(log.task, log.category, log.message, log.stack);
    log.match = judge_(log.category, log.message);
    if (log.match != Match::No) result_.logs.push_back(log);
  }

  void task(const SkimmedEvent& event) {
    std::pair<TaskId, TaskId>& task = result_.tasks.emplace_back();
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
      walk_.in_syscall_[named] = static_cast<GoroutineId>(goroutine);
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
    if (thread_ != kNone) context_.goroutine = static_cast<GoroutineId>(id);
  }
  void has_proc(std::uint64_t id) {
    if (thread_ != kNone) context_.proc = static_cast<ProcId>(id);
  }

  LogWalk& walk_;
  WalkResult& result_;
  const Judge& judge_;
  ThreadId thread_ = kNone;
  Context context_{kInherited, kInherited};
};

LogWalk::Context LogWalk::at_start(ThreadId thread) const {
  Context context;
  if (const auto found = contexts_.find(thread); found != contexts_.end()) context = found->second;
  if (const auto told = in_syscall_.find(thread); told != in_syscall_.end()) context.goroutine = told->second;
  return context;
}

WalkResult LogWalk::walk(const Generation& generation, const Judge& judge) {
  WalkResult result;
  in_syscall_.clear();
  std::vector<std::pair<ThreadId, Context>> at_end;
  for (const ThreadBatches& batches : generation.threads()) {
    ThreadWalk thread(*this, result, judge);
    thread.run(generation, batches);
    at_end.emplace_back(batches.thread, thread.context());
  }
  // Only now is all known that other threads say of one.
  for (WireLog& log : result.logs) {
    const Context start = at_start(log.thread);
    log.goroutine = inherit(log.goroutine, start.goroutine);
    log.proc = inherit(log.proc, start.proc);
  }
  for (auto& [thread, context] : at_end) {
    const Context start = at_start(thread);
    context = {inherit(context.goroutine, start.goroutine), inherit(context.proc, start.proc)};
  }
  for (const auto& [thread, goroutine] : in_syscall_) contexts_[thread].goroutine = goroutine;
  for (const auto& [thread, context] : at_end) contexts_[thread] = context;
  sort_by_time(result.logs);
  return result;
}

}  // namespace tracecheck

#include "analysis/log_walk.h"

#include <algorithm>
#include <limits>

#include "format/status.h"
#include "reader/cursor.h"

namespace tracecheck {
namespace {

// Stands for what the thread had when the generation began.
constexpr std::int64_t kInherited = std::numeric_limits<std::int64_t>::min();

std::int64_t inherit(std::int64_t id, std::int64_t at_start) { return id == kInherited ? at_start : id; }

}  // namespace

// One thread of one generation.
class LogWalk::ThreadWalk {
 public:
  ThreadWalk(LogWalk& walk, WalkResult& result, const Keep& keep) : walk_(walk), result_(result), keep_(keep) {}

  void run(const Generation& generation, const ThreadBatches& batches) {
    thread_ = batches.thread;
    Cursor cursor(batches, generation.clock());
    for (Cursor::Step step = cursor.next(); step != Cursor::Step::End; step = cursor.next()) {
      if (step == Cursor::Step::Malformed) {
        if (!result_.damage) result_.damage = cursor.damage(generation.id());
        cursor.skip_bad_batch();
        continue;
      }
      const RawEvent& event = cursor.event();
      result_.newest = std::max(result_.newest.value_or(event.time), event.time);
      take(event);
    }
  }

  const Context& context() const { return context_; }

 private:
  void take(const RawEvent& event) {
    switch (event.type) {
      case EventType::UserLog: log(event); break;
      case EventType::UserTaskBegin: result_.tasks.emplace_back(event.args[0], event.args[1]); break;
      case EventType::GoStart:
      case EventType::GoCreateSyscall:
      case EventType::GoSwitch:
      case EventType::GoSwitchDestroy: has_goroutine(event.args[0]); break;
      case EventType::GoStop:
      case EventType::GoBlock:
      case EventType::GoDestroy:
      case EventType::GoSyscallEndBlocked: context_.goroutine = kNone; break;
      case EventType::GoDestroySyscall: context_ = Context{}; break;
      case EventType::GoStatus:
      case EventType::GoStatusStack: goroutine_status(event); break;
      case EventType::ProcStart: has_proc(event.args[0]); break;
      case EventType::ProcStop: context_.proc = kNone; break;
      case EventType::ProcStatus: proc_status(event); break;
      // ProcSteal takes a proc from a thread in a syscall, which has no log to give before its next ProcStart.
      default: break;
    }
  }

  void log(const RawEvent& event) {
    if (!keep_(event.args[1], event.args[2])) return;
    result_.logs.push_back({event.time, thread_, context_.proc, context_.goroutine, event.args[0], event.args[1],
                            event.args[2], event.args[3]});
  }

  void goroutine_status(const RawEvent& event) {
    const auto named = static_cast<ThreadId>(event.args[1]);
    const auto status = static_cast<GoStatusCode>(event.args[2]);
    if (status == GoStatusCode::Running || (status == GoStatusCode::Syscall && named == thread_)) {
      has_goroutine(event.args[0]);
    } else if (status == GoStatusCode::Syscall && named != kNone) {
      walk_.in_syscall_[named] = static_cast<GoroutineId>(event.args[0]);
    }
  }

  void proc_status(const RawEvent& event) {
    const auto status = static_cast<ProcStatusCode>(event.args[1]);
    if (status == ProcStatusCode::Running || status == ProcStatusCode::Syscall) has_proc(event.args[0]);
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
  const Keep& keep_;
  ThreadId thread_ = kNone;
  Context context_{kInherited, kInherited};
};

LogWalk::Context LogWalk::at_start(ThreadId thread) const {
  Context context;
  if (const auto found = contexts_.find(thread); found != contexts_.end()) context = found->second;
  if (const auto told = in_syscall_.find(thread); told != in_syscall_.end()) context.goroutine = told->second;
  return context;
}

WalkResult LogWalk::walk(const Generation& generation, const Keep& keep) {
  WalkResult result;
  in_syscall_.clear();
  std::vector<std::pair<ThreadId, Context>> at_end;
  for (const ThreadBatches& batches : generation.threads()) {
    ThreadWalk thread(*this, result, keep);
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
  std::stable_sort(result.logs.begin(), result.logs.end(),
                   [](const WireLog& a, const WireLog& b) { return a.time < b.time; });
  return result;
}

}  // namespace tracecheck

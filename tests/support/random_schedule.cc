#include "tests/support/random_schedule.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tracecheck::testing {
namespace {

using T = EventType;
constexpr std::uint64_t kStack = 1;
constexpr std::uint64_t kText = 5;

}  // namespace

void RandomSchedule::emit(std::uint64_t thread, EventType type, std::vector<std::uint64_t> args) {
  time_ += below(400) == 0 ? 0 : 1 + below(20);
  generations_.back()[thread].push_back({type, time_, std::move(args)});
}

// Who is held is told of by the thread that holds it, the others by any thread.
void RandomSchedule::tell_statuses() {
  for (auto& [id, thread] : threads_) {
    if (thread.proc) emit(id, T::ProcStatus, {*thread.proc, thread.in_syscall ? 3U : 1U});
    if (!thread.goroutine) continue;
    emit(id, T::GoStatus, {*thread.goroutine, id, thread.in_syscall ? 3U : 2U});
    if (running_on(id).assists) emit(id, T::GCMarkAssistActive, {*thread.goroutine});
  }
  const auto anywhere = [this] { return std::next(threads_.begin(), static_cast<std::ptrdiff_t>(below(4)))->first; };
  for (auto& [id, proc] : procs_) {
    proc.sequence = 0;
    if (proc.state == Proc::State::Idle) emit(anywhere(), T::ProcStatus, {id, 2});
  }
  for (auto& [id, goroutine] : goroutines_) {
    goroutine.sequence = 0;
    const std::uint64_t thread = anywhere();
    if (goroutine.state == Goroutine::State::Runnable) emit(thread, T::GoStatus, {id, kNoId, 1});
    if (goroutine.state == Goroutine::State::Waiting) emit(thread, T::GoStatus, {id, kNoId, 4});
    const bool told = goroutine.state == Goroutine::State::Runnable || goroutine.state == Goroutine::State::Waiting;
    if (told && goroutine.assists) emit(thread, T::GCMarkAssistActive, {id});
  }
}

void RandomSchedule::run(std::size_t steps) {
  generations_.emplace_back();
  tell_statuses();
  for (std::size_t i = 0; i < steps; ++i) step();
}

template <typename Records, typename State>
std::optional<std::uint64_t> RandomSchedule::any(const Records& records, State state) {
  std::vector<std::uint64_t> found;
  for (const auto& [id, record] : records) {
    if (record.state == state) found.push_back(id);
  }
  if (found.empty()) return std::nullopt;
  return found[below(found.size())];
}

void RandomSchedule::step() {
  const std::uint64_t id = std::next(threads_.begin(), static_cast<std::ptrdiff_t>(below(threads_.size())))->first;
  const Thread& thread = threads_[id];
  if (below(10) == 0) return steal(id);
  if (thread.in_syscall) return step_in_syscall(id);
  if (!thread.proc) return step_without_proc(id);
  return thread.goroutine ? step_running(id) : step_between(id);
}

void RandomSchedule::steal(std::uint64_t thief) {
  for (auto& [victim, thread] : threads_) {
    if (!thread.in_syscall || !thread.proc || below(2) == 0) continue;
    Proc& proc = procs_[*thread.proc];
    emit(thief, T::ProcSteal, {*thread.proc, ++proc.sequence, victim});
    proc.state = Proc::State::Idle;
    thread.proc.reset();
    return;
  }
}

void RandomSchedule::step_without_proc(std::uint64_t thread) {
  const auto id = any(procs_, Proc::State::Idle);
  if (!id) return;
  procs_[*id].state = Proc::State::Running;
  emit(thread, T::ProcStart, {*id, ++procs_[*id].sequence});
  threads_[thread].proc = id;
}

void RandomSchedule::step_between(std::uint64_t thread) {
  Thread& self = threads_[thread];
  const auto started = any(goroutines_, Goroutine::State::Runnable);
  if (!started || below(8) == 0) {
    if (const auto woken = any(goroutines_, Goroutine::State::Waiting); woken && !started) {
      emit(thread, T::GoUnblock, {*woken, ++goroutines_[*woken].sequence, kStack});
      goroutines_[*woken].state = Goroutine::State::Runnable;
      return;
    }
    emit(thread, T::ProcStop, {});
    procs_[*self.proc].state = Proc::State::Idle;
    self.proc.reset();
    return;
  }
  emit(thread, T::GoStart, {*started, ++goroutines_[*started].sequence});
  goroutines_[*started].state = Goroutine::State::Running;
  self.goroutine = started;
}

void RandomSchedule::step_in_syscall(std::uint64_t thread) {
  Thread& self = threads_[thread];
  Goroutine& goroutine = running_on(thread);
  if (self.proc) {
    emit(thread, T::GoSyscallEnd, {});
    procs_[*self.proc].state = Proc::State::Running;
    goroutine.state = Goroutine::State::Running;
  } else {
    emit(thread, T::GoSyscallEndBlocked, {});
    goroutine.state = Goroutine::State::Runnable;
    self.goroutine.reset();
  }
  self.in_syscall = false;
}

void RandomSchedule::step_running(std::uint64_t thread) {
  Thread& self = threads_[thread];
  Goroutine& goroutine = running_on(thread);
  const auto woken = any(goroutines_, Goroutine::State::Waiting);
  switch (below(9)) {
    case 0:
      emit(thread, T::GoStop, {kText, kStack});
      goroutine.state = Goroutine::State::Runnable;
      return self.goroutine.reset();
    case 1:
      emit(thread, T::GoBlock, {kText, kStack});
      goroutine.state = Goroutine::State::Waiting;
      return self.goroutine.reset();
    case 2:
      if (goroutines_.size() > 8) return annotate(thread);
      emit(thread, T::GoCreate, {next_goroutine_, kStack, kStack});
      goroutines_[next_goroutine_++] = {};
      return;
    case 3:
      if (goroutines_.size() < 4 || goroutine.assists) return annotate(thread);
      emit(thread, T::GoDestroy, {});
      goroutines_.erase(*self.goroutine);
      return self.goroutine.reset();
    case 4:
    case 5:
      emit(thread, T::GoSyscallBegin, {++procs_[*self.proc].sequence, kStack});
      goroutine.state = Goroutine::State::Syscall;
      procs_[*self.proc].state = Proc::State::Syscall;
      self.in_syscall = true;
      return;
    case 6:
    case 7:
      if (!woken) return annotate(thread);
      emit(thread, T::GoUnblock, {*woken, ++goroutines_[*woken].sequence, kStack});
      goroutines_[*woken].state = Goroutine::State::Runnable;
      return;
    default: return annotate(thread);
  }
}

void RandomSchedule::annotate(std::uint64_t thread) {
  Goroutine& goroutine = running_on(thread);
  const std::size_t task = tasks_.empty() ? 0 : below(tasks_.size());
  switch (below(7)) {
    case 0: emit(thread, T::UserTaskBegin, {next_task_, 0, kText, kStack}); return tasks_.push_back(next_task_++);
    case 1:
      if (tasks_.empty()) return;
      emit(thread, T::UserTaskEnd, {tasks_[task], kStack});
      tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(task));
      return;
    case 2:
      emit(thread, T::UserRegionBegin, {next_task_, kText, kStack});
      return goroutine.regions.push_back(next_task_);
    case 3:
      if (goroutine.regions.empty()) return;
      emit(thread, T::UserRegionEnd, {goroutine.regions.back(), kText, kStack});
      return goroutine.regions.pop_back();
    case 4: return emit(thread, T::UserLog, {0, 4, kText, kStack});
    case 5: return emit(thread, T::HeapAlloc, {time_});
    default:
      emit(thread, goroutine.assists ? T::GCMarkAssistEnd : T::GCMarkAssistBegin,
           goroutine.assists ? std::vector<std::uint64_t>{} : std::vector<std::uint64_t>{kStack});
      goroutine.assists = !goroutine.assists;
      return;
  }
}

void RandomSchedule::disturb() {
  ThreadEvents& generation = generations_[below(generations_.size())];
  std::vector<Happened>& events =
      std::next(generation.begin(), static_cast<std::ptrdiff_t>(below(generation.size())))->second;
  if (events.empty()) return;
  const std::size_t at = below(events.size());
  const auto position = events.begin() + static_cast<std::ptrdiff_t>(at);
  switch (below(8)) {
    case 0: events.erase(position); break;
    case 1: events.insert(position, Happened(*position)); break;
    case 2:
      if (at == 0) break;
      std::swap(events[at - 1].type, events[at].type);
      std::swap(events[at - 1].args, events[at].args);
      break;
    case 3:
      if (!position->args.empty()) position->args[below(position->args.size())] += below(2) == 0 ? 1 : -1ULL;
      break;
    case 4:
      for (Happened& event : events) event.time += below(2) == 0 ? 0 : 30;
      break;
    default: {
      // From there on the thread's clock goes ahead, or stood still before.
      const std::uint64_t shift = below(60);
      for (std::size_t i = at; i < events.size(); ++i) events[i].time += shift;
      break;
    }
  }
}

Bytes RandomSchedule::trace() const {
  TraceBuilder trace(GoVersion::Go126);
  std::uint64_t number = 0;
  for (const ThreadEvents& generation : generations_) {
    ++number;
    trace.clock(number, number * 500);
    for (const auto& [thread, events] : generation) {
      Records records;
      std::uint64_t time = 500;
      for (const Happened& event : events) {
        const std::uint64_t next = std::max(time, event.time);
        records.type(event.type).number(next - time);
        for (const std::uint64_t arg : event.args) records.number(arg);
        time = next;
      }
      trace.batch(number, thread, 500, records);
    }
    trace.close_generation(number);
  }
  return trace.bytes();
}

}  // namespace tracecheck::testing

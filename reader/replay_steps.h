// The usual steps of one thread, let happen without anything let out: what Replay's handlers do to the state, put
// together with the loop over the thread's events. Each asks for more than its handler does, so that it is right in
// whatever order threads take their steps (threadwise_check.h says why): what the thread holds was told of in this
// generation, and runs. False: nothing was changed, and the handler has to tell.
// Fact from: FORMAT.md section 6, the rows of these types.
#pragma once

#include <utility>

#include "reader/replay.h"

namespace tracecheck {

class Replay::Steps {
 public:
  /// `thread` is the slot of a thread that was met. Use it no longer than nobody else changes the replay.
  Steps(Replay& replay, Slot thread)
      : replay_(replay), thread_(replay.threads_[thread]), goroutine_id_(thread_.goroutine), proc_id_(thread_.proc) {
    hold_anew();
  }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  ~Steps() {
    thread_.goroutine = goroutine_id_;
    thread_.proc = proc_id_;
  }

  /// The time of the steps to come.
  void at(Time time) { now_ = time; }
  /// Whether a step was taken that stands before what made it possible: then the order of times is not that in which
  /// events can happen.
  bool inverted() const { return inverted_; }
  /// Whether a step changed a goroutine or proc that somebody waits for; it is the answer of `take_awaited`.
  bool has_awaited() const { return awaited_.kind != ResourceKind::None; }
  Resource take_awaited() { return std::exchange(awaited_, Resource{}); }

  // What the thread holds was told of in this generation, and runs.
  bool proc_runs() const { return proc_ != nullptr && proc_->status == ProcStatusCode::Running; }
  bool goroutine_runs() const {
    return goroutine_ != nullptr && goroutine_->status == GoStatusCode::Running && proc_runs();
  }
  /// As far as it holds them, they were told of.
  bool proc_told() const { return proc_id_ == kNone || proc_ != nullptr; }
  bool goroutine_told() const { return goroutine_id_ == kNone || goroutine_ != nullptr; }
  /// As far as it holds them, they run.
  bool all_runs() const { return (proc_id_ == kNone || proc_runs()) && (goroutine_id_ == kNone || goroutine_runs()); }

  [[gnu::always_inline]] bool go_start(GoroutineId id, std::uint64_t number) {
    const Slot slot = replay_.goroutines_.find(id);
    if (slot == kNoSlot) return false;
    Goroutine& started = replay_.goroutines_[slot];
    if (!started.can_start(replay_.sequence(number)) || !proc_runs() || goroutine_id_ != kNone) return false;
    begin_change(started);
    started.status = GoStatusCode::Running;
    started.sequence.number = number;
    goroutine_id_ = id;
    thread_.goroutine_hint = slot;
    goroutine_ = &started;
    note(started, ResourceKind::Goroutine);
    return true;
  }

  /// To Runnable or Waiting.
  [[gnu::always_inline]] bool go_stop(GoStatusCode status) {
    if (!goroutine_runs()) return false;
    goroutine_->status = status;
    note(*goroutine_, ResourceKind::Goroutine);
    let_goroutine_go();
    return true;
  }

  [[gnu::always_inline]] bool go_unblock(GoroutineId id, std::uint64_t number) {
    Goroutine* woken = replay_.goroutine(id);
    if (woken == nullptr || !woken->can_unblock(replay_.sequence(number))) return false;
    begin_change(*woken);
    woken->status = GoStatusCode::Runnable;
    woken->sequence.number = number;
    note(*woken, ResourceKind::Goroutine);
    return true;
  }

  [[gnu::always_inline]] bool go_create(GoroutineId id) {
    if (!proc_runs() || (goroutine_id_ != kNone && !goroutine_runs()) || replay_.has_goroutine(id)) return false;
    replay_.goroutines_[replay_.add_goroutine(id, GoStatusCode::Runnable)].changed = now_;
    hold_anew();
    return true;
  }

  [[gnu::always_inline]] bool go_destroy() {
    if (!goroutine_runs()) return false;
    const Slot slot = replay_.goroutines_.slot_of(*goroutine_);
    if (!replay_.open_[slot].ranges.empty()) return false;
    replay_.drop_goroutine(slot);
    let_goroutine_go();
    return true;
  }

  [[gnu::always_inline]] bool syscall_begin(std::uint64_t number) {
    if (!goroutine_runs() || !proc_->sequence.followed_by(replay_.sequence(number))) return false;
    goroutine_->status = GoStatusCode::Syscall;
    proc_->status = ProcStatusCode::Syscall;
    proc_->sequence.number = number;
    note(*proc_, ResourceKind::Proc);
    return true;
  }

  [[gnu::always_inline]] bool syscall_end() {
    if (goroutine_ == nullptr || proc_ == nullptr || goroutine_->status != GoStatusCode::Syscall ||
        proc_->status != ProcStatusCode::Syscall) {
      return false;
    }
    goroutine_->status = GoStatusCode::Running;
    proc_->status = ProcStatusCode::Running;
    return true;
  }

  [[gnu::always_inline]] bool proc_start(ProcId id, std::uint64_t number) {
    Proc* started = replay_.proc(id);
    if (started == nullptr || !started->can_start(replay_.sequence(number)) || proc_id_ != kNone) return false;
    begin_change(*started);
    started->status = ProcStatusCode::Running;
    started->sequence.number = number;
    proc_id_ = id;
    proc_ = started;
    note(*started, ResourceKind::Proc);
    return true;
  }

  [[gnu::always_inline]] bool proc_stop() {
    if (!proc_runs()) return false;
    proc_->status = ProcStatusCode::Idle;
    note(*proc_, ResourceKind::Proc);
    proc_id_ = kNone;
    proc_ = nullptr;
    return true;
  }

  [[gnu::always_inline]] bool region_begin(TaskId task, std::uint64_t string_id) {
    const NameId type = name_of(string_id);
    if (!goroutine_runs() || type == kNoName) return false;
    replay_.open_on(*goroutine_).regions.push_back({task, type});
    return true;
  }

  [[gnu::always_inline]] bool region_end(TaskId task, std::uint64_t string_id) {
    const NameId type = name_of(string_id);
    if (!goroutine_runs() || type == kNoName) return false;
    std::vector<OpenRegion>& regions = replay_.open_on(*goroutine_).regions;
    if (regions.empty()) {
      replay_.note_unbegun_region(goroutine_id_, task, type);
      return true;
    }
    if (regions.back() != OpenRegion{task, type}) return false;
    regions.pop_back();
    return true;
  }

  /// Whose id is no reserved one.
  [[gnu::always_inline]] bool task_begin(TaskId id, TaskId parent, std::uint64_t string_id) {
    const NameId type = name_of(string_id);
    if (!goroutine_runs() || type == kNoName || replay_.knows_task(id)) return false;
    replay_.add_task(id, parent, type, {thread_.id, proc_id_, goroutine_id_}, now_);
    return true;
  }

  /// Of a task that is known to have begun before.
  [[gnu::always_inline]] bool task_end(TaskId id) {
    const Slot slot = replay_.tasks_.find(static_cast<std::int64_t>(id));
    if (!goroutine_runs() || slot == kNoSlot || replay_.may_begin_later(id, goroutine_id_, thread_.id)) {
      return false;
    }
    replay_.tasks_.erase(slot);
    return true;
  }

  /// What an event that tells something of the thread's goroutine, or proc, carries besides.
  void fill_context(OrderedEvent& event) const {
    event.thread = thread_.id;
    event.proc = proc_id_;
    event.goroutine = goroutine_id_;
  }

 private:
  // What the thread holds, if it was told of in this generation.
  void hold_anew() {
    goroutine_ = replay_.goroutines_.get(goroutine_id_, thread_.goroutine_hint);
    if (goroutine_ != nullptr && goroutine_->sequence.generation != replay_.generation_) goroutine_ = nullptr;
    proc_ = replay_.procs_.get(proc_id_, thread_.proc_hint);
    if (proc_ != nullptr && proc_->sequence.generation != replay_.generation_) proc_ = nullptr;
  }
  // Of what was changed last by somebody else.
  template <typename Record>
  void begin_change(const Record& record) {
    inverted_ |= now_ <= record.changed;
  }
  template <typename Record>
  void note(Record& changed, ResourceKind kind) {
    changed.changed = now_;
    if (changed.awaited) [[unlikely]] {
      changed.awaited = false;
      awaited_ = {kind, changed.id};
    }
  }
  void let_goroutine_go() {
    goroutine_id_ = kNone;
    goroutine_ = nullptr;
  }
  NameId name_of(std::uint64_t string_id) const {
    return string_id < replay_.name_of_string_.size() ? replay_.name_of_string_[string_id] : kNoName;
  }

  Replay& replay_;
  Thread& thread_;
  // What the thread holds: in registers while steps are taken.
  GoroutineId goroutine_id_;
  ProcId proc_id_;
  Goroutine* goroutine_ = nullptr;
  Proc* proc_ = nullptr;
  Resource awaited_;
  Time now_ = 0;
  bool inverted_ = false;
};

}  // namespace tracecheck

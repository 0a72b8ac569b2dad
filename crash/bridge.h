// Bridges what a broken generation lacks: makes up the few events (a status, an unblock) that let one go on which the
// replay refuses. They are events that may have been lost with a thread's last buffer, so what follows is replayed by
// the rules again.
//
// Fact from: FORMAT.md section 6, whose table of rules this follows, and section 10 for what is missing in a cut.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reader/replay.h"

namespace tracecheck {

/// Ids of goroutines, procs and threads that stand for some that are not known begin here.
inline constexpr std::int64_t kMadeUpId = std::int64_t{1} << 40U;

class Bridge {
 public:
  /// An event that was made up.
  struct Step {
    ThreadId thread = kNone;
    ProcId proc = kNone;  // of the thread, before it
    RawEvent event;
  };

  /// `replay` has begun the generation. Both outlive the bridge.
  Bridge(Replay& replay, const NameSource& names) : replay_(replay), names_(names) {}

  /// Makes `event` of `thread` possible, if it can; appends to `steps` what has happened for that. False: it cannot be,
  /// and some of `steps` may have happened all the same.
  bool prepare(const RawEvent& event, ThreadId thread, std::vector<Step>& steps);

 private:
  using Status = GoStatusCode;

  bool apply(ThreadId thread, EventType type, EventArgs args = {});
  bool prepare_goroutine(const RawEvent& event);
  bool prepare_status(const RawEvent& event);
  bool prepare_proc(const RawEvent& event);
  bool prepare_proc_status(const RawEvent& event);
  bool prepare_steal(const RawEvent& event);
  bool prepare_range(const RawEvent& event);
  bool prepare_gc(const RawEvent& event);
  bool trust(const RawEvent& event);

  bool has_proc(ThreadId thread);
  bool has_goroutine(ThreadId thread, Status status);
  bool has_no_goroutine(ThreadId thread);
  bool goroutine_is(std::int64_t id, Status wanted);
  bool goroutine_is_gone(std::int64_t id);
  bool end_ranges(ThreadId on);
  bool create(std::int64_t id);
  bool announce(std::int64_t goroutine);
  bool stop(const Replay::ThreadFacts& on);
  bool end_syscall(const Replay::ThreadFacts& on);
  bool start(ThreadId on, std::int64_t goroutine);
  bool begin_syscall(ThreadId on);
  bool proc_is_idle(std::int64_t id);
  bool proc_is_taken_from(ThreadId thread);
  bool announce_proc(std::int64_t proc);
  std::int64_t make_up_id() { return next_made_up_++; }
  ThreadId helper() const { return kMadeUpId; }

  Replay& replay_;
  const NameSource& names_;
  ThreadId thread_ = kNone;  // of the event at hand
  Time time_ = 0;
  std::vector<Step>* steps_ = nullptr;
  std::int64_t next_made_up_ = kMadeUpId + 1;
};

}  // namespace tracecheck

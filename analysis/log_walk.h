// Finds the logs of a generation without replaying it: each thread's events are gone through alone, with just
// enough of the scheduler's rules to know which goroutine and proc the thread has.
//
// In a whole trace that gives each log the context that the replay gives it: a thread's own events tell what
// it runs, and a log needs both, so neither can have been taken away unseen.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/query.h"
#include "reader/generation.h"
#include "reader/id_hash.h"
#include "reader/replay.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// A log as it stands on the wire, with its thread's context.
struct WireLog {
  Time time = 0;  // on the trace's clock; not made strictly increasing
  ThreadId thread = kNone;
  ProcId proc = kNone;            // kNone where it is not known
  GoroutineId goroutine = kNone;  // likewise
  TaskId task = kBackgroundTask;
  std::uint64_t category = 0;  // string ids
  std::uint64_t message = 0;
  std::uint64_t stack = 0;
  Match match = Match::Yes;  // what was said of it
};

struct WalkResult {
  std::vector<WireLog> logs;                     // by time; of one time: threads in the order of their first batches
  std::vector<std::pair<TaskId, TaskId>> tasks;  // that begin here, with their parents
  std::optional<Time> newest;                    // time of the latest event, CPU samples apart
  std::optional<Damage> damage;                  // the first malformed event; the rest of its batch is left out
};

class LogWalk {
 public:
  /// Whether a log matches, by the string ids of category and message. Those that do not are left out. Called on any
  /// thread.
  using Judge = std::function<Match(std::uint64_t category, std::uint64_t message)>;

  /// Goes through `generation`, its threads by so many workers at once. They start in the state in which the generation
  /// walked before left them.
  WalkResult walk(const Generation& generation, unsigned workers, const Judge& judge);

  /// A generation was left out: what the threads run is no longer known, until their events tell.
  void forget() { contexts_.clear(); }

 private:
  struct Context {
    GoroutineId goroutine = kNone;
    ProcId proc = kNone;
  };
  class ThreadWalk;

  void put_in_place(std::vector<ThreadWalk>& threads);
  Context at_start(ThreadId thread) const;

  IdHashMap<ThreadId, Context> contexts_;
  IdHashMap<ThreadId, GoroutineId> in_syscall_;  // in this generation, as other threads say
};

}  // namespace tracecheck

// What a trace has to tell first that begins inside a generation: the state that the scheduler is in there.
//
// A generation tells the status of each goroutine and proc before anything else of it, many only at its end. Those that
// come after the beginning are told at the beginning instead, as nothing has changed until then; all others are made up
// of what the replay knows. So are ranges that are open. Fact from: FORMAT.md section 6.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crash/salvaged_order.h"
#include "export/generation_writer.h"
#include "reader/id_hash.h"
#include "reader/replay.h"

namespace tracecheck {

class Opening {
 public:
  /// Of what `generation` holds from `since` on, ns on the trace's clock; `before` is the state before it.
  Opening(const Generation& generation, const Replay& before, Time since);

  /// Leads a fresh order of the same generation, begun in the same state, to the beginning; `events` and `start` are
  /// known from then on.
  void go_to(SalvagedOrder& order);

  /// Statuses and open ranges, at times below that of all that follows.
  const std::vector<KeptEvent>& events() const { return events_; }
  /// A time before those.
  Time start() const { return start_; }

  /// Whether the order's event, which follows, was told by `events`. To be asked once for each.
  bool has_told(const SalvagedOrder& order);

 private:
  void look_ahead(const SalvagedOrder& order);
  void tell_thread(const Replay& state, const Replay::ThreadFacts& thread);
  void tell_goroutine(const Replay& state, GoroutineId id, GoStatusCode status, ThreadId thread);
  void tell_proc(const Replay& state, ProcId id, ProcStatusCode status, ThreadId thread);
  void tell_those_to_come(const Replay& state);
  void tell_ranges(const Replay& state);
  void tell_gc(const Replay& state);
  void settle();

  Time since_;
  std::uint64_t before_ = 0;  // events that come out before
  std::vector<KeptEvent> events_;
  Time start_ = 0;
  // What comes after the beginning: the first statuses, by id.
  IdHashMap<std::int64_t, KeptEvent> goroutines_to_come_;
  IdHashMap<std::int64_t, KeptEvent> procs_to_come_;
  IdHashSet<std::int64_t> created_;
  std::optional<KeptEvent> gc_to_come_;
  // What of it was told at the beginning.
  IdHashSet<std::int64_t> told_goroutines_;
  IdHashSet<std::int64_t> told_procs_;
  IdHashSet<std::int64_t> told_assists_;
  IdHashSet<std::int64_t> told_sweeps_;
  bool told_gc_ = false;
  IdHashSet<GoroutineId> stopped_before_;  // the world, in an earlier generation, whose texts are gone
  IdHashMap<GoroutineId, ThreadId> thread_of_;
};

}  // namespace tracecheck

// What a generation that is checked before its predecessor makes of the scheduler's state before it.
//
// Every generation tells the status of each goroutine and proc before anything else happens to it, so most of that
// state can be guessed from what comes. This is all that a replay carries from one generation to the next, and how each
// part is made sure of once the predecessor is done (Replay::follows):
//   goroutines, statuses     each is told of here, with the status that it ended with: all of them, and no others
//   procs, statuses          the same, but those that are idle need not be told of
//   what threads hold        guessed from who tells of what runs, from steals, and as nothing where an event comes that
//                            needs that; exactly these threads ended with just that
//   ranges                   those that are told to go on, before any begins, are all that were open
//   GC                       the first event here is the one that comes next
//   open tasks               none of them begins here; those that end here are taken out
//   open regions             what ends here without a begin is, of each goroutine, what was innermost then
//   known threads, names     nothing depends on them here, or it is told above; they are added
//   sequence numbers         those of earlier generations count for nothing, if the generations' numbers ascend
//   the first generation     it was not this one
// What the validator carries besides is in Validator::follow_up; times, Sync and snapshots are left to the end.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "format/event_type.h"
#include "format/status.h"
#include "reader/id_hash.h"
#include "reader/name_pool.h"
#include "tracecheck/event.h"

namespace tracecheck {

struct Guess {
  struct FirstOfGC {
    EventType type;
    std::uint64_t number;
  };
  struct EndedRegion {
    GoroutineId goroutine;
    TaskId task;
    NameId name;
  };
  struct Range {
    ResourceKind kind;
    std::int64_t id;
    EventType begin;
    std::uint64_t stop_kind;  // string id of an STW's kind, else 0
    auto operator<=>(const Range&) const = default;
  };

  std::vector<std::pair<GoroutineId, GoStatusCode>> goroutines;
  std::vector<std::pair<ProcId, ProcStatusCode>> procs;
  std::vector<ProcId> procs_in_syscall;  // told of as abandoned: some thread holds it
  std::vector<std::pair<ThreadId, GoroutineId>> held_goroutines;
  std::vector<std::pair<ThreadId, ProcId>> held_procs;
  std::vector<Range> ranges;
  // On which a range has begun here: whether one goes on cannot be told of them any more.
  IdHashSet<GoroutineId> goroutines_with_ranges;
  IdHashSet<ProcId> procs_with_ranges;
  std::optional<FirstOfGC> gc;
  std::vector<TaskId> ended_tasks;         // that did not begin here
  std::vector<EndedRegion> ended_regions;  // the same; those of one goroutine in their order
};

}  // namespace tracecheck

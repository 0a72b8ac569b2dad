// Follows goroutines through their states, ranges and regions. The part of Summarizer that knows the scheduler.
//
// The times are those of the goroutine analysis of `go tool trace`; docs/stats.md says where they differ.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "analysis/durations.h"
#include "analysis/goroutine_times.h"
#include "analysis/moment.h"
#include "analysis/stack_pool.h"
#include "analysis/summary.h"
#include "reader/id_hash.h"
#include "reader/id_map.h"
#include "reader/name_pool.h"
#include "tracecheck/event.h"

namespace tracecheck {

class GoroutineTracker {
 public:
  /// `each`: what every goroutine did is kept.
  explicit GoroutineTracker(bool each) : each_(each) {}

  void generation_begins();
  /// An event was done by a goroutine: where, it says.
  void see_context(const Event& event);
  void transition(const Event& event, const StateTransition& transition, const Moment& moment);
  /// A range that begins, or (`active`) has begun before; and one that ends.
  void range_begins(const Event& event, const Range& range, const Moment& moment, bool active);
  void range_ends(const Event& event, const Range& range, const Moment& moment);
  void region_begins(const Event& event, const Region& region, const Moment& moment);
  void region_ends(const Event& event, const Region& region, const Moment& moment);

  /// What came between the last Sync and the events before it is lost.
  void gap(const Moment& moment);
  /// The trace ends with what came before; another may begin. Sets what was at its end.
  void end_segment(const Moment& moment, Summary& summary);
  /// Once all segments have ended.
  void finish(Summary& summary);

 private:
  struct OpenRegion {
    NameId name = kNoName;
    Time begin = 0;
    StateTimes before;  // what the goroutine had done by then
  };
  struct Goroutine {
    std::int64_t id = kNone;
    bool live = false;
    bool present = false;      // it is there; false: it has ended and may come again, or it was lost in a gap
    bool told = false;         // its beginning, or its state as the trace began, is known
    bool of_c_thread = false;  // its id is used again each time that the thread calls Go
    bool forever = false;      // it waits for ever, which counts as its end
    bool since_start = false;
    bool salvaged = false;
    bool creation_seen = false;
    State state = State::Undetermined;
    Time since = 0;                       // the state's time counts from here
    Time entered = 0;                     // it was in this state then, at the latest
    Time present_since = 0;               // its total counts from here
    std::optional<Time> syscall_blocked;  // when its proc was taken away
    ProcId syscall_proc = kNone;
    NameId reason = kNoName;
    NameId function = kNoName;
    GoroutineId creator = kNone;
    Time created = 0;
    StackPool::Index stack = StackPool::kNoStack;
    GoroutineTimes times;
    std::vector<OpenRegion> regions;
    std::vector<Time> unnamed_latencies;  // until its function is known
  };
  struct Ended {
    GoroutineId id = kNone;
    NameId function = kNoName;
    GoroutineId creator = kNone;
    std::optional<Time> created;
    std::optional<Time> ended;
    GoroutineTimes times;
  };
  struct FunctionGroup {
    std::uint64_t goroutines = 0;
    std::uint64_t at_end = 0;
    GoroutineTimes times;
    Durations latency;
  };
  struct RegionGroup {
    Durations durations;
    std::uint64_t began_before = 0;
    std::uint64_t unended = 0;
    StateTimes times;
  };
  // Of a goroutine or proc, by name.
  using RangeKey = std::tuple<ResourceKind, std::int64_t, NameId>;
  struct OpenRange {
    Time since = 0;
    GoroutineId goroutine = kNone;  // whose time it is
  };
  // How many goroutines there were at one time. Those that were there before the trace are told bit by bit.
  struct Census {
    std::uint64_t before = 0;
    std::int64_t change = 0;
    std::int64_t most_change = 0;
    Time most_at = 0;  // from the trace's start
    std::uint64_t most() const { return before + static_cast<std::uint64_t>(most_change); }
  };

  Goroutine& add(GoroutineId id);
  void appear(Goroutine& goroutine, const Event& event, const StateTransition& transition, const Moment& moment);
  void enter(Goroutine& goroutine, const Event& event, const StateTransition& transition, const Moment& moment);
  static StateTimes in_state(const Goroutine& goroutine, Time now);
  static StateTimes so_far(const Goroutine& goroutine, Time now);
  void leave(Goroutine& goroutine, State to, Time now, const Moment& moment);
  void vanish(Goroutine& goroutine, Time now);
  void end(Goroutine& goroutine, Time now, const Moment& moment);
  void record(const Goroutine& goroutine, std::optional<Time> ended, bool at_end, const Moment& moment);
  void proc_transition(const StateTransition& transition, Time now);
  void learn(Goroutine& goroutine, const Stack& stack);
  void add_latency(Goroutine& goroutine, Time latency, const Moment& moment);
  void see_wait(const Goroutine& goroutine, Time duration, bool unended, const Moment& moment);
  void close_ranges(Goroutine& goroutine, Time now);
  void close_regions(Goroutine& goroutine, Time now);
  void close_all_ranges(Time now);
  void count_new(const Moment& moment);
  void end_census();
  NameId range_name(const Event& event, const Range& range);
  NameId name_or_none(std::string_view text) { return text.empty() ? kNoName : names_.intern(text); }
  std::optional<std::string> text_of(NameId name) const;
  TimesByName by_name(const NamedTimes& times) const;
  void note_at_end(const Goroutine& goroutine, const Moment& moment, Summary& summary);

  bool each_;
  NamePool names_;
  StackPool stacks_;
  IdMap<Goroutine> goroutines_;
  IdHashMap<ProcId, GoroutineId> syscalls_;
  std::map<RangeKey, OpenRange> ranges_;
  std::map<NameId, FunctionGroup> functions_;
  std::map<NameId, RegionGroup> regions_;
  std::vector<Ended> ended_;
  Durations latency_;
  std::optional<Longest> longest_latency_;
  Census census_;
  std::uint64_t most_ = 0;
  Time most_at_ = 0;
  std::uint64_t seen_ = 0;
  std::map<StackPool::Index, std::size_t> stacks_at_end_;
};

}  // namespace tracecheck

// What a trace comes to: where goroutines spent their time, what was stuck at the end, how long pauses, tasks and
// regions took. All durations are in ns, all moments in ns from the trace's start. What is not known is none.
//
// Where several traces stand in one stream, numbers are of all of them together, and the end is that of the last one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/durations.h"
#include "analysis/goroutine_times.h"
#include "analysis/longest.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// Sums by name, the greatest first. A name is none where its text is lost, or the trace does not say it.
using TimesByName = std::vector<std::pair<std::optional<std::string>, Time>>;

struct GoroutineRow {
  GoroutineId id = kNone;
  std::optional<std::string> function;  // that it began with
  bool system = false;                  // one of the runtime's own, by its function
  std::optional<GoroutineId> creator;   // none where it was there before the trace, or its creator is not told
  std::optional<Time> created;          // none where it was there before the trace
  std::optional<Time> ended;            // none where it was there at the end
  StateTimes times;
  TimesByName blocked;
  TimesByName ranges;
  Time regions = 0;
  Time total = 0;
};

struct FunctionRow {
  std::optional<std::string> function;
  bool system = false;
  std::uint64_t goroutines = 0;
  std::uint64_t at_end = 0;  // of these, there at the end
  StateTimes times;
  TimesByName blocked;
  TimesByName ranges;
  Time regions = 0;
  Time total = 0;
  Durations scheduling_latency;
};

/// A goroutine that was there at the end.
struct GoroutineAtEnd {
  GoroutineId id = kNone;
  std::optional<std::string> function;
  bool system = false;
  State state = State::Undetermined;
  std::optional<std::string> reason;  // of a goroutine that waits
  /// How long it has been in that state at least: the trace ends while it is, and may begin while it is.
  Time at_least = 0;
  Time since = 0;            // when it came into that state, at the latest
  bool since_start = false;  // it was in that state before the trace, or before a gap in it
  bool salvaged = false;     // what is told of its state is from a salvaged event
  /// Index into Summary::stacks of the stack that it was last seen with; none where it has not been seen with one.
  std::optional<std::size_t> stack;

  /// It does not run, and waits for something.
  bool stuck() const { return state != State::Running && !system; }

  /// It waits or is in a system call, and is of the program: not of the runtime, nor one that takes the trace. One whose
  /// function is not known may be the runtime's own, and is not counted.
  bool blocked() const;
};

struct PauseRow {
  std::optional<std::string> kind;  // why the world was stopped
  Durations durations;              // of those that began and ended
  std::uint64_t unended = 0;
};

/// Whether the world was stopped by the garbage collector: for sweep or mark termination.
inline bool is_of_collector(const std::optional<std::string>& kind) { return kind && kind->starts_with("GC "); }

struct TaskGroup {
  std::optional<std::string> name;
  std::uint64_t count = 0;  // that began in the trace
  Durations durations;      // of those that ended in it, too
  std::uint64_t unended = 0;
  std::uint64_t only_ended = 0;  // ends of tasks that were not open: they began before the trace, or had ended already
};

struct TaskRow {
  TaskId id = 0;
  std::optional<TaskId> parent;
  std::optional<std::string> name;
  std::optional<Time> begin;
  std::optional<Time> end;
  std::uint64_t sub_tasks = 0;  // that have it as their parent
  /// None unless it began and ended in the trace.
  std::optional<Time> duration() const { return begin && end ? std::optional(*end - *begin) : std::nullopt; }
};

struct RegionRow {
  std::optional<std::string> name;
  std::uint64_t count = 0;
  Durations durations;             // of those that began and ended in the trace
  std::uint64_t began_before = 0;  // only their end is in the trace
  std::uint64_t unended = 0;       // they were open as their goroutine or the trace ended
  StateTimes times;                // what their goroutines did in those that began and ended
};

struct Summary {
  std::uint64_t events = 0;    // Sync not counted; salvaged ones, too
  std::uint64_t salvaged = 0;  // of these
  Time span = 0;               // from the first event to the last
  std::uint64_t goroutines = 0;
  std::uint64_t most_goroutines = 0;            // at one time, the runtime's own too
  std::optional<std::uint64_t> most_heap;       // bytes in objects on the heap
  std::optional<std::uint64_t> most_heap_goal;  // bytes
  std::vector<FunctionRow> functions;           // the longest execution first
  std::vector<GoroutineRow> each_goroutine;     // by id; if asked for
  std::vector<GoroutineAtEnd> at_end;           // the longest in its state first
  std::vector<std::string> stacks;              // frames' records (analysis/frames_record.h)
  Durations scheduling_latency;                 // from runnable to running, where both are in the trace
  std::vector<PauseRow> stop_the_world;         // by kind, the longest pause first
  Durations stop_the_world_all;
  Durations gc_pauses;                // of these, the collector's
  Durations gc_cycles;                // concurrent mark phases that began and ended in the trace
  std::uint64_t gc_began_before = 0;  // only their end is in the trace
  std::uint64_t gc_unended = 0;
  std::vector<TaskGroup> tasks;    // by name, the longest total first
  std::vector<TaskRow> each_task;  // by id; if asked for
  std::vector<RegionRow> regions;  // by name, the longest total first
  Time most_goroutines_at = 0;     // when there were so many first
  // Those that had not ended with the trace are among these.
  std::optional<Longest> longest_stop_the_world;
  std::optional<Longest> longest_gc_pause;
  std::optional<Longest> longest_scheduling_latency;

  /// The longest time that a goroutine, not one of the runtime's own, was waiting or in a system call at the end.
  std::optional<Time> longest_blocked_at_end() const;
};

/// Whether a goroutine that began with this function is one of the runtime's own.
bool is_system_function(std::string_view function);

}  // namespace tracecheck

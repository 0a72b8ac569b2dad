// What happened last in a trace: what each goroutine and proc did in the seconds before its end, and the last logs. The
// end need not be known before: what falls out of the bounds is forgotten as newer things come, so memory follows the
// bounds and what is there at one time, not the trace.
//
// Of several traces in one stream, all is of the last one. Times are in ns from its start.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/course.h"
#include "analysis/stack_pool.h"
#include "reader/id_map.h"
#include "reader/name_pool.h"
#include "tracecheck/event.h"

namespace tracecheck {

struct RecentBounds {
  Time span = 10'000'000'000;         // slices that end longer before the trace's end are forgotten
  std::size_t most_slices = 100'000;  // that have ended; the latest are kept
  std::size_t most_goroutines = 10'000;
  std::size_t most_logs = 1000;
};

enum class RecentKind : std::uint8_t {
  Running,
  Runnable,
  Blocked,
  Syscall,
  Region,    // of a goroutine, as is a mark assist of the collector
  OnProc,    // a goroutine has a proc
  GcCycle,   // concerns all
  WorldStop  // likewise
};

struct RecentSlice {
  RecentKind kind = RecentKind::Running;
  bool salvaged = false;     // its beginning is from a salvaged event
  bool since_start = false;  // it was so before the trace, or before a gap in it
  bool unended = false;      // the trace ends while it is so
  std::uint8_t depth = 0;    // of a region: how many are around it, 255 at most
  GoroutineId goroutine = kNone;
  ProcId proc = kNone;
  Time begin = 0;
  Time end = 0;
  NameId name = kNoName;        // a reason, why the world was stopped, a region's type
  std::uint64_t lost_name = 0;  // the id of the name's text where that is lost; 0 where nothing is
  NameId function = kNoName;    // that the goroutine began with, as far as it was known by then
  StackPool::Index stack = StackPool::kNoStack;
};

struct RecentLog {
  Time time = 0;
  GoroutineId goroutine = kNone;
  TaskId task = kBackgroundTask;
  bool salvaged = false;
  std::string category;  // "" where it is lost, as is
  std::string message;
  std::size_t more_text = 0;                 // bytes of the message that are not kept
  std::array<std::uint64_t, 2> lost_text{};  // the ids of lost texts, as Event has them
};

class RecentActivity {
 public:
  explicit RecentActivity(RecentBounds bounds = {}) : bounds_(bounds) {}

  /// The next event is the first of another trace in the stream: all before is forgotten.
  void begin_segment();
  /// Takes in the next event; none of its views is kept.
  void add(const Event& event);
  /// No more events come: what is open ends with the trace.
  void finish();

  // After `finish`.
  /// From here on everything is told, but for goroutines left out.
  Time begin() const { return floor_; }
  Time end() const { return newest_; }
  /// `begin` is later than the bounds of time ask for, as there would be too many slices.
  bool is_cut_short() const { return cut_short_; }
  /// By their ends, those that are unended last.
  const std::deque<RecentSlice>& slices() const { return slices_; }
  const std::deque<RecentLog>& logs() const { return logs_; }
  /// All logs, kept or not.
  std::uint64_t log_count() const { return log_count_; }
  /// Goroutines that did nothing new in the time that is told and are not in `slices`, as there are too many.
  std::uint64_t goroutines_left_out() const { return left_out_; }
  std::string_view text(NameId name) const { return name == kNoName ? std::string_view() : names_.text(name); }
  const StackPool& stacks() const { return stacks_; }

  // Over the whole trace.
  const Course& heap() const { return heap_; }
  const Course& heap_goal() const { return heap_goal_; }
  const Course& goroutines() const { return goroutine_count_; }

 private:
  struct Open {
    Time since = 0;
    NameId name = kNoName;
    std::uint64_t lost_name = 0;
    StackPool::Index stack = StackPool::kNoStack;
    bool salvaged = false;
    bool since_start = false;
  };
  struct Goroutine {
    std::int64_t id = kNone;
    bool live = false;
    State state = State::Undetermined;
    Open entered;
    ProcId proc = kNone;
    NameId function = kNoName;
    Time changed = 0;  // its last slice ended
    std::vector<Open> regions;
    std::optional<Open> assist;
  };
  struct Proc {
    std::int64_t id = kNone;
    bool live = false;
    GoroutineId goroutine = kNone;
    Time changed = 0;
    Open entered;
  };

  void name_running_goroutine(const Event& event);
  void take(const Sync& sync);
  void take(const Event& event, const StateTransition& transition);
  void take(const Event& event, const Log& log);
  void take(const Metric& metric);
  void range_begins(const Event& event, const Range& range, bool active);
  void range_ends(const Range& range);
  void region_begins(const Event& event, const RegionBegin& region);
  void region_ends(const Event& event);

  Goroutine& goroutine_of(GoroutineId id);
  void goroutine_transition(const Event& event, const StateTransition& transition);
  void learn(Goroutine& goroutine, StackPool::Index stack);
  void leave_state(Goroutine& goroutine);
  void destroy(Goroutine& goroutine);
  void enter_proc(Goroutine& goroutine, ProcId id);
  void leave_proc(ProcId id);
  void gap();
  void end_all();
  Open opened(const Event& event, bool was_so_before, Time least = 0);
  void close(const Open& open, RecentSlice slice);
  void close_of(const Goroutine& goroutine, const Open& open, RecentKind kind, std::size_t depth = 0);
  void forget_old();
  void renew_pools();
  void leave_out_idle();

  RecentBounds bounds_;
  bool begun_ = false;
  bool finishing_ = false;
  Time after_gap_ = 0;  // nothing begins before
  Time start_ = 0;
  Time now_ = 0;
  Time newest_ = 0;
  Time floor_ = 0;
  bool cut_short_ = false;
  std::uint64_t syncs_ = 0;
  std::uint64_t gap_at_ = 0;  // the Sync
  IdMap<Goroutine> goroutines_;
  IdMap<Proc> procs_;
  std::optional<Open> gc_;
  std::vector<Open> stops_;
  std::deque<RecentSlice> slices_;
  std::deque<RecentLog> logs_;
  std::uint64_t log_count_ = 0;
  std::uint64_t left_out_ = 0;
  NamePool names_;
  StackPool stacks_;
  Course heap_;
  Course heap_goal_;
  Course goroutine_count_;
};

}  // namespace tracecheck

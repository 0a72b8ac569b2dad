// Events as a timeline: what each goroutine, proc and thread does, from one of its events to the next.
//
// Tracks of goroutines hold their states. Those of procs and threads hold the goroutine that they run, and in it
// the time that it spends in system calls; a proc has no part in one any more once it is taken away. All slices of
// a track nest: what is open ends as its goroutine does, as another trace or a gap begins, and at the end.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "export/mark_writer.h"
#include "reader/id_map.h"
#include "reader/name_pool.h"
#include "tracecheck/event.h"

namespace tracecheck {

class Timeline {
 public:
  /// `writer` outlives it. `with_counts`: goroutines are counted by state, which only makes sense if all are selected.
  Timeline(MarkWriter& writer, bool with_stacks, bool with_counts)
      : writer_(writer), with_stacks_(with_stacks), with_counts_(with_counts) {}

  /// A trace begins; `start` is on its clock. What the one before left open has to be ended first.
  void segment(Time start);

  /// Writes what changes with `event`. What begins with an event is written if that is selected, what ends if its
  /// beginning was.
  void event(std::string& out, const Event& event, bool selected);

  /// Ends what is open; all tracks are new from here on.
  void finish(std::string& out);

  /// The latest time of an event, from the trace's start.
  Time last() const { return last_; }

 private:
  // Of a track: how many of its slices are open and written, and when it last changed.
  struct Lane {
    Time changed = 0;
    std::uint32_t depth : 31 = 0;
    std::uint32_t described : 1 = 0;
  };
  struct Goroutine {
    std::int64_t id = kNone;
    bool live = false;
    State state = State::Undetermined;
    NameId function = kNoName;
    ThreadId thread = kNone;  // that it is on, and proc
    ProcId proc = kNone;
    std::uint64_t written_regions = 0;  // of the innermost 64 that are open, which are written; the last the lowest bit
    Lane states;
    Lane regions;
    Lane assist;
  };
  // Of a proc or thread: the goroutine that it runs.
  struct Running {
    Lane lane;
    GoroutineId goroutine = kNone;
    bool in_syscall = false;  // in its slice, one of a system call is open
  };
  struct Proc {
    std::int64_t id = kNone;
    bool live = false;
    ThreadId thread = kNone;
    Running running;
    Lane sweep;
  };
  struct Thread {
    std::int64_t id = kNone;
    bool live = false;
    ProcId proc = kNone;
    Running running;
  };
  struct Task {
    std::int64_t id = kNone;
    bool live = false;
    NameId name = kNoName;
    Lane lane;
  };
  // The event at hand.
  struct Now {
    std::string* out = nullptr;
    const Event* event = nullptr;
    Time time = 0;
    bool selected = false;
  };

  void name_running_goroutine();
  // One for each kind of event.
  void follow(const Sync& sync);
  void follow(const Metric& metric);
  void follow(const Label& label);
  void follow(const StackSample& sample);
  void follow(const RangeBegin& range);
  void follow(const RangeActive& range);
  void follow(const RangeEnd& range);
  void follow(const TaskBegin& begin);
  void follow(const TaskEnd& end);
  void follow(const RegionBegin& begin);
  void follow(const RegionEnd& end);
  void follow(const Log& log);
  void follow(const StateTransition& transition);
  void follow(const Experimental& body);

  void range_begins(const Range& range, Time time);
  void proc_transition(const StateTransition& transition);
  void goroutine_transition(const StateTransition& transition);
  void instant_on_context(const MarkContent& content);

  void learn_name(Goroutine& goroutine, const Stack& stack);
  void forget_unused_names();
  void leave_state(Goroutine& goroutine, State to);
  void enter_state(Goroutine& goroutine, const StateTransition& transition, std::uint64_t flow);
  void execute(Goroutine& goroutine, Time time);
  void enter_proc(Goroutine& goroutine, ProcId id, Time time);
  void enter_thread(Goroutine& goroutine, ThreadId id, Time time);
  template <typename Holder>
  void leave(IdMap<Holder>& holders, TrackKind kind, std::int64_t id, std::int64_t Goroutine::*held);
  void leave_proc(ProcId id);
  void leave_thread(ThreadId id);
  void free_proc(ProcId id);
  void begin_syscall(Running& running, const Track& track, Time time);
  void end_syscall(Running& running, const Track& track);
  void destroy(Goroutine& goroutine);
  std::uint64_t flow_from_cause(const StateTransition& transition);
  void change_count(State state, std::int64_t change);
  void count(CounterId counter, std::uint64_t value);
  void start_anew();
  void end_all();

  Goroutine* known_goroutine();

  std::string goroutine_name(const Goroutine& goroutine) const;
  // What is written on tracks. Nothing begins where the event is not selected.
  void describe(Lane& lane, const Track& track, std::string_view name);
  void begin(Lane& lane, const Track& track, const MarkContent& content, Time time);
  void end(Lane& lane, const Track& track, std::string_view name = {});
  void end_all(Lane& lane, const Track& track);
  void instant(Lane& lane, const Track& track, const MarkContent& content);
  Time begin_time(bool was_so_before) const;
  Stack shown(const Stack& stack) const { return with_stacks_ ? stack : Stack(); }

  MarkWriter& writer_;
  bool with_stacks_;
  bool with_counts_;
  Now now_;
  Time start_ = 0;
  Time last_ = 0;
  Time floor_ = 0;                     // nothing is drawn before: it would lie over what was drawn before a gap
  std::uint64_t syncs_ = 0;            // of this trace so far: one a generation, and one before damage
  std::uint64_t started_anew_at_ = 0;  // the Sync
  std::uint64_t flows_ = 0;
  IdMap<Goroutine> goroutines_;
  IdMap<Proc> procs_;
  IdMap<Thread> threads_;
  IdMap<Task> tasks_;
  NamePool names_;  // of what is live
  Lane gc_;
  Lane stop_the_world_;
  std::array<Lane, kCounters> counters_{};
  std::array<std::int64_t, kCounters> counts_{};
};

}  // namespace tracecheck

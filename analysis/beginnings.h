// How long things lasted: tasks, regions, ranges, and the states of goroutines.
//
// Follows the events of a trace in order. What began before the trace, or before a gap that damage tore, counts from
// the first that is known of it, and is marked as lasting at least that long.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/query.h"
#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// What a user of Beginnings wants to know of a beginning when it has ended, or never does: its own to fill, as the
/// event's texts and stacks are gone by then.
struct BeginningNote {
  Match selected = Match::No;  // whether it is looked for; where it is not, its end is all that is told
  Match stack_matches = Match::No;
  std::string text;                          // what to print of it
  std::shared_ptr<const std::string> stack;  // null for none; beginnings at one place may share it
};

/// Something that began, and has not ended yet or only just.
struct Beginning {
  Time time = 0;          // on the trace's clock
  bool at_least = false;  // it was so before, too
  GoroutineId goroutine = kNone;
  std::string reason;             // of a goroutine's state: why it entered it
  std::uint64_t lost_reason = 0;  // the id of its text, where that is lost
  BeginningNote note;

  /// In nanoseconds; 0 where damage has put the end before the beginning.
  std::int64_t lasted(Time end) const;
};

/// Something of which no end will come: its goroutine or the trace has ended, or damage hides what became of it.
struct Unended {
  Beginning beginning;
  Time until = 0;         // it was still so, on the trace's clock
  bool salvaged = false;  // as far as can be told: events may be missing that ended it
};

class Beginnings {
 public:
  /// Which of them to follow; the others cost nothing.
  struct Wanted {
    bool tasks = false;
    bool regions = false;
    bool ranges = false;
    bool states = false;
  };
  explicit Beginnings(Wanted wanted) : wanted_(wanted) {}

  /// What an event ended and began; valid until the next event. Null for nothing.
  struct Step {
    const Beginning* ended = nullptr;
    Beginning* begun = nullptr;  // its note is empty, and to be filled
  };
  Step follow(const Event& event);

  /// What has become certain, since the last call, not to end any more, in the order of beginning; without what is not
  /// looked for.
  bool any_unended() const { return !unended_.empty(); }
  std::vector<Unended> take_unended();

  /// The trace has ended, or another one begins: nothing of it will end, and all is forgotten.
  void finish();

 private:
  struct Goroutine {
    State state = State::Undetermined;
    Beginning entered;
    std::vector<Beginning> regions;
  };

  void sync(const Sync& sync, Time time);
  void give_up_all(Time until);
  void start_behind_gap();
  void give_up(Beginning&& beginning, Time until);
  Step goroutine_ends(GoroutineId id, State from);
  Beginning& begin(Beginning& beginning, const Event& event, bool was_so_before);
  Step end(Beginning& beginning);
  Step end_unknown(const Event& event);

  Step follow_state(const Event& event, const StateTransition& transition);
  Step follow_range(const Event& event, const Range& range);
  Step task_begins(const Event& event, TaskId id);
  Step task_ends(const Event& event, TaskId id);
  Step region_begins(const Event& event);
  Step region_ends(const Event& event);

  Wanted wanted_;
  IdHashMap<TaskId, Beginning> tasks_;
  TaskId first_task_ = kNoTask;  // that began where nothing is missing: those before it have lower ids
  IdHashMap<GoroutineId, Goroutine> goroutines_;
  IdHashMap<std::uint64_t, Beginning> ranges_;  // by type and resource
  std::vector<Unended> unended_;
  Beginning ended_;                  // by the event at hand
  std::optional<Time> known_since_;  // from there on no generation is missing
  Time generation_start_ = 0;
  bool salvaged_ = false;  // the events at hand
  Time newest_ = 0;
  Time newest_before_ = 0;              // the generation at hand
  std::uint64_t generation_ = 0;        // counted from 1
  std::uint64_t known_generation_ = 0;  // of known_since_
};

}  // namespace tracecheck

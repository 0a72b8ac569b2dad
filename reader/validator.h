// Checks beyond ordering, on typed events as they come out. Fact from: FORMAT.md section 8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reader/generation.h"
#include "reader/id_hash.h"
#include "reader/id_map.h"
#include "reader/replay.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

class Validator {
 public:
  struct Problem {
    DamageCode code;
    std::string message;
  };

  explicit Validator(GoVersion version) : version_(version) {}

  /// The first rule that `event` breaks, if any; what it says is taken as true from then on.
  std::optional<Problem> check(const Event& event);

  /// The same for an event that has not been made a typed one, and for a Sync. False: `take_problem` tells. The
  /// event's stacks are not looked at: each should be shown to `look_at` before, once a generation.
  bool pass(const OrderedEvent& event, const Generation& generation);
  void look_at(const Stack& stack) { check_stack(stack); }
  bool pass_sync(Time time, const Sync& sync);
  Problem take_problem();

  // For who lets events happen with a replay, and shows only those here that are no transitions and no tasks.
  /// What is known is what the replay knows; with null, no more.
  void follow(const Replay* replay) { followed_ = replay; }
  /// What the replay knows of goroutines, procs, threads and tasks is known here, too.
  /// Nothing comes before `newest` any more.
  void take_over(const Replay& replay, Time newest);
  /// As `take_over` for ranges, from the validator of a generation that was checked by itself. False, and nothing
  /// changed: that knew of others before than those that are open here.
  bool follow_up(const Validator& generation);
  /// Nothing was ever found that is wrong: what is known here is what the replay knows.
  bool satisfied() const { return satisfied_; }

  /// Something of the trace is missing here: what was seen of goroutines, procs and the like counts no more.
  void begin_anew();

  /// A snapshot's wall clock stood before its predecessor's: somebody set the clock. No error.
  bool wall_clock_stepped_back() const { return wall_clock_stepped_back_; }

 private:
  // Those of one resource stand together.
  struct OpenRange {
    ResourceKind kind;
    std::int64_t id;
    RangeType type = RangeType{};
    std::string stop_kind;
    auto operator<=>(const OpenRange&) const = default;
  };
  static OpenRange open_range(const Range& range) {
    return {range.resource.kind, range.resource.id, range.type, std::string(range.stop_kind)};
  }
  struct ResourceState {
    std::int64_t id = kNone;
    bool live = false;
    bool known = false;  // a transition was seen; else only ranges
    State state = State::Undetermined;
    Slot bound_to = kNoSlot;  // the thread
  };
  using Resources = IdMap<ResourceState>;
  struct ThreadState {
    std::int64_t id = kNone;
    bool live = false;
    std::int64_t goroutine = kNone;
    std::int64_t proc = kNone;
    std::int64_t& bound_of(ResourceKind kind) { return kind == ResourceKind::Proc ? proc : goroutine; }
  };
  struct TaskState {
    std::int64_t id = kNone;  // a TaskId
    bool live = false;
    std::string type;
  };
  struct Transition {
    Resource resource;
    State from;
    State to;
    ThreadId thread;
    bool stacks_differ;  // the resource's own and that of the executing context
    Slot hint;           // where it was found last
  };

  void check_time(Time time);
  [[gnu::cold, gnu::noinline]] void not_increasing(Time time);
  [[gnu::cold, gnu::noinline]] void busy(const Transition& transition, std::int64_t running);
  [[gnu::cold, gnu::noinline]] void stacks_differ(const Transition& transition);
  [[gnu::cold, gnu::noinline]] void not_bound(const Transition& transition, const ThreadState* thread);
  [[gnu::noinline]] bool pass_typed(const OrderedEvent& event, const Generation& generation);
  void check_stack(const Stack& stack);
  [[gnu::cold, gnu::noinline]] void check_frames(const Stack& stack);
  void check_body(const Event& event);
  void check_sync(Time time, const Sync& sync);
  void check_number(const Sync& sync);
  void check_snapshot(const Sync& sync);
  void check_label(const Label& label);
  void check_transition(const Transition& transition);
  bool ordinary(const Transition& transition, const ResourceState& state) const;
  [[gnu::noinline]] void check_states(const Transition& transition, const ResourceState& state);
  void bind(const Transition& transition, ResourceState& state);
  void unbind(const Transition& transition, ResourceState& state);
  void check_range_begin(const Range& range);
  void meet_range(const Range& range);
  void check_range_end(const Range& range);
  void check_task_begin(const Task& task);
  void check_task_end(const Task& task);

  /// Everything is looked at, so that the state stays right; the first problem of an event is the answer.
  [[gnu::cold, gnu::noinline]] void report(DamageCode code, std::string message);

  Resources& resources(ResourceKind kind) { return kind == ResourceKind::Proc ? procs_ : goroutines_; }
  ResourceState& state_of(const Resource& resource, Slot hint = kNoSlot);
  bool is_known(const Resource& resource) const;
  [[gnu::noinline]] ResourceState& meet(Resources& all, std::int64_t id);
  bool any_range_open(const Resource& resource) const;
  void drop_ranges(const Resource& resource);

  GoVersion version_;
  const Replay* followed_ = nullptr;
  bool satisfied_ = true;
  Time last_time_ = 0;
  std::uint64_t syncs_before_ = 0;  // when it began anew last
  std::uint64_t last_sync_ = 0;     // counted from there
  std::optional<ClockSnapshot> last_snapshot_;
  bool wall_clock_stepped_back_ = false;
  Resources goroutines_;
  Resources procs_;
  IdMap<ThreadState> threads_;
  Event scratch_;
  std::optional<Problem> problem_;  // of the event at hand
  std::multiset<OpenRange> ranges_;
  std::multiset<OpenRange> met_ranges_;  // those that went on where they were told of first, since the last Sync
  IdMap<TaskState> tasks_;
  IdHashSet<std::uint64_t> checked_stacks_;  // of this generation, by id
};

}  // namespace tracecheck

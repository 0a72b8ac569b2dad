// The scheduler's replay: whether an event can happen now, and what it does to the state of threads,
// goroutines, procs, tasks and the GC. The merge owns the order, the replay the rules.
//
// No I/O and no tables: a list of events is all it needs. Fact from: FORMAT.md section 6, whose table of
// rules the handlers follow row by row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/event_type.h"
#include "format/status.h"
#include "reader/guess.h"
#include "reader/id_map.h"
#include "reader/name_pool.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// Arguments of an event, in the order of the event table (FORMAT.md section 4). What its type does not have means
/// nothing, but for the last, which no type has: it is 0, so that "no such argument" can be an index, too.
using EventArgs = std::array<std::uint64_t, 5>;

/// A decoded timed event of one thread.
struct RawEvent {
  EventType type = EventType::None;
  std::uint32_t offset = 0;  // in the data of its batch
  Time time = 0;             // before it is made strictly increasing
  EventArgs args{};
};

/// An event that has happened: in its place in the order, with its context.
struct OrderedEvent {
  EventType type = EventType::None;
  State from = State::Undetermined;  // of state transitions
  State to = State::Undetermined;
  Slot slot = kNoSlot;  // and a hint where tables that see the same transitions have the resource
  Resource resource;    // and whose it is
  Time time = 0;
  ThreadId thread = kNone;  // context before the event
  ProcId proc = kNone;
  GoroutineId goroutine = kNone;
  EventArgs args{};              // STWEnd: args[0] is the kind of its begin
  TaskId task_parent = kNoTask;  // UserTaskEnd: what its begin said
  std::string_view task_type;
};

/// What one advance lets out: three events at the most.
struct OrderedEvents {
  std::array<OrderedEvent, 3> events;
  std::uint32_t count = 0;
  std::uint32_t next = 0;
  bool empty() const { return next == count; }
};

/// What a status event's code means as a state.
constexpr State state_of(GoStatusCode status) {
  switch (status) {
    case GoStatusCode::None: break;
    case GoStatusCode::Runnable: return State::Runnable;
    case GoStatusCode::Running: return State::Running;
    case GoStatusCode::Syscall: return State::Syscall;
    case GoStatusCode::Waiting: return State::Waiting;
  }
  return State::Undetermined;
}
constexpr State state_of(ProcStatusCode status) {
  switch (status) {
    case ProcStatusCode::None: break;
    case ProcStatusCode::Running:
    case ProcStatusCode::Syscall: return State::Running;
    case ProcStatusCode::Idle:
    case ProcStatusCode::SyscallAbandoned: return State::Idle;
  }
  return State::Undetermined;
}

/// How the replay learns the name that an event refers to.
class NameSource {
 public:
  virtual ~NameSource() = default;
  /// False if the generation has no text of that id.
  virtual bool name(std::uint64_t string_id, std::string_view& text) const = 0;
};

class SeenIds;

enum class Advance : std::uint8_t { Advanced, NotYet, Broken };

class Replay {
 public:
  /// Call as a generation begins, with its number. Names given out before are gone.
  void begin_generation(std::uint64_t generation);

  /// Tries `event` of `thread`. Advanced: what it lets out was appended to `out`. Broken: `error` tells why,
  /// and the state is good for nothing more. `thread_hint` is the caller's, one a thread, kNoSlot at first.
  Advance advance(const RawEvent& event, ThreadId thread, Slot& thread_hint, const NameSource& names,
                  OrderedEvents& out);

  struct Error {
    DamageCode code = DamageCode::ReplayBroken;
    std::string message;
  };
  const Error& error() const { return error_; }

  /// What `event` of `thread` waits for, as a sentence; for one that cannot advance yet.
  std::string waits_for(const RawEvent& event, ThreadId thread) const;

  enum class GCState : std::uint8_t { Undetermined, Off, On };

  // For salvage, which bridges what is missing (replay_facts.cc). None: not known.
  struct GoroutineFacts {
    GoStatusCode status;
    bool announced;               // its sequence numbers are of this generation
    std::uint64_t next_sequence;  // the number that succeeds
  };
  struct ProcFacts {
    ProcStatusCode status;
    bool announced;
    std::uint64_t next_sequence;
  };
  struct ThreadFacts {
    ThreadId thread = kNone;
    ProcId proc = kNone;
    GoroutineId goroutine = kNone;
  };
  struct GCFacts {
    GCState state;
    std::uint64_t next_sequence;
  };
  std::optional<GoroutineFacts> facts_of_goroutine(GoroutineId id) const;
  std::optional<ProcFacts> facts_of_proc(ProcId id) const;
  ThreadFacts facts_of_thread(ThreadId id) const;
  GCFacts facts_of_gc() const { return {gc_state_, gc_sequence_ + 1}; }
  std::optional<ThreadFacts> thread_of_goroutine(GoroutineId id) const;
  std::optional<ThreadFacts> thread_of_proc(ProcId id) const;
  bool knows_task(TaskId id) const { return tasks_.find(static_cast<std::int64_t>(id)) != kNoSlot; }
  /// Whether a range that `begin` begins is open on a goroutine, or on a proc.
  bool goroutine_has_range(GoroutineId id, EventType begin) const;
  bool proc_has_range(ProcId id) const;
  bool in_first_generation() const { return first_generation(); }
  /// From now on what no runtime does is refused, where the reference lets it pass: a status that tells nothing or puts
  /// what one thread holds on another, a goroutine that ends with a range open, a task with a reserved id.
  void refuse_oddities() { refuses_oddities_ = true; }
  /// The number that `event` carries is taken for the one that succeeds.
  void trust_sequence(const RawEvent& event, ThreadId thread);

  // For ThreadwiseCheck, which does not look at events in their order.
  /// The usual steps of the scheduler on one thread, without anything let out: replay_steps.h.
  class Steps;
  /// The slot of a thread, which is known from then on.
  Slot meet(ThreadId id) { return meet_thread(id); }
  bool knows_thread(ThreadId id) const { return threads_.find(id) != kNoSlot; }
  bool has_goroutine(GoroutineId id) const { return goroutines_.find(id) != kNoSlot; }
  bool goroutine_has_range(GoroutineId id) const;
  /// Somebody waits for it: `Steps` and `note_change` tell when it changes. False: there is no such one.
  bool await(const Resource& resource);
  /// It changed. True: somebody waited for it; nobody does from then on.
  bool note_change(const Resource& resource, Time time);
  /// When it changed last, as far as that was noted; the earliest time of all where there is no such one.
  Time changed(const Resource& resource);
  /// Whether only times tell that the task began before this place, where `goroutine` is on `thread`: it began in this
  /// generation, on another goroutine and thread.
  bool may_begin_later(TaskId id, GoroutineId goroutine, ThreadId thread) const;
  Time task_began(TaskId id) const { return tasks_[tasks_.find(static_cast<std::int64_t>(id))].began; }
  /// Nothing has happened to it since it was told of in this generation.
  bool is_as_told(const Resource& resource) const;
  template <typename Visit>
  void visit_goroutines(Visit visit) const {
    goroutines_.for_each([&](const Goroutine& g) { visit(g.id, g.status); });
  }
  template <typename Visit>
  void visit_procs(Visit visit) const {
    procs_.for_each([&](const Proc& p) { visit(p.id, p.status); });
  }
  template <typename Visit>
  void visit_threads(Visit visit) const {
    threads_.for_each([&](const Thread& t) { visit(ThreadFacts{t.id, t.proc, t.goroutine}); });
  }
  /// With the type that begins such a range, and for a stop of the world the string id of its kind, of the generation
  /// in which it began.
  template <typename Visit>
  void visit_open_ranges(Visit visit) const {
    goroutines_.for_each([&](const Goroutine& g) {
      for (const OpenRange& range : open_[goroutines_.slot_of(g)].ranges) {
        visit(goroutine_resource(g.id), range.begin, range.kind);
      }
    });
    procs_.for_each([&](const Proc& p) {
      for (const OpenRange& range : p.ranges) visit(proc_resource(p.id), range.begin, range.kind);
    });
  }
  template <typename Visit>
  void visit_tasks(Visit visit) const {
    tasks_.for_each([&](const ActiveTask& task) { visit(static_cast<TaskId>(task.id), names_.text(task.name)); });
  }

  // For a generation that is checked before its predecessor is done with: replay_guess.cc, and guess.h for what is
  // guessed.
  /// Instead of `begin_generation`, of a fresh replay: what it has to know of the state before is guessed.
  void begin_guess(std::uint64_t generation);
  bool guesses() const { return guess_.has_value(); }
  /// What the thread in that slot held before is known, or was guessed.
  bool goroutine_settled(Slot thread) const { return !threads_[thread].goroutine_open; }
  bool proc_settled(Slot thread) const { return !threads_[thread].proc_open; }
  bool gc_settled() const { return !guess_ || guess_->gc; }
  /// Guesses what a thread held before, or kNone for nothing; unless that is settled.
  void suppose_goroutine(ThreadId id, GoroutineId held);
  void suppose_proc(ThreadId id, ProcId held);
  /// Guesses that this is the next event of the GC.
  void suppose_gc(EventType first, std::uint64_t number);
  /// Whether all that was guessed is so. `met_tasks` are those that begin or end in the generation.
  bool follows(const Replay& before, const SeenIds& met_tasks) const;
  /// Then: adds what goes on from before. This is the state that a replay on from `before` would have come to.
  void adopt(const Replay& before);

 private:
  struct Sequence {
    std::uint64_t generation = 0;
    std::uint64_t number = 0;
    bool followed_by(const Sequence& next) const { return next.generation == generation && next.number == number + 1; }
  };
  struct OpenRange {
    EventType begin;     // the type that begins such a range
    std::uint64_t kind;  // string id of an STW's kind, else 0
    bool operator==(const OpenRange&) const = default;
  };
  struct OpenRegion {
    TaskId task;
    NameId name;
    bool operator==(const OpenRegion&) const = default;
  };
  struct Goroutine {
    std::int64_t id = kNone;
    bool live = false;
    bool awaited = false;
    GoStatusCode status = GoStatusCode::None;
    Sequence sequence;
    Time changed = 0;  // when it was last, as far as ThreadwiseCheck has seen
    bool can_start(const Sequence& next) const {
      return status == GoStatusCode::Runnable && sequence.followed_by(next);
    }
    bool can_unblock(const Sequence& next) const {
      return status == GoStatusCode::Waiting && sequence.followed_by(next);
    }
  };
  // What is open on a goroutine stands apart, so that what nearly every event needs stays together.
  struct OpenOnGoroutine {
    std::vector<OpenRegion> regions;
    std::vector<OpenRange> ranges;
  };
  struct Proc {
    std::int64_t id = kNone;
    bool live = false;
    bool awaited = false;
    ProcStatusCode status = ProcStatusCode::None;
    Sequence sequence;
    Time changed = 0;
    std::vector<OpenRange> ranges;
    bool can_start(const Sequence& next) const { return status == ProcStatusCode::Idle && sequence.followed_by(next); }
  };
  struct Thread {
    std::int64_t id = kNone;
    bool live = false;
    // In a guess: what it held as the generation began is not known.
    bool goroutine_open = false;
    bool proc_open = false;
    GoroutineId goroutine = kNone;
    ProcId proc = kNone;
    Slot goroutine_hint = kNoSlot;  // where it was found last
    Slot proc_hint = kNoSlot;
  };
  struct ActiveTask {
    std::int64_t id = kNone;  // a TaskId
    bool live = false;
    NameId name = 0;
    TaskId parent = kNoTask;
    std::uint64_t generation = 0;  // in which it began, when, and on whom
    Time began = 0;
    GoroutineId goroutine = kNone;
    ThreadId thread = kNone;
  };

  /// What a thread was bound to before the event.
  struct Context {
    ThreadId thread = kNone;
    ProcId proc = kNone;
    GoroutineId goroutine = kNone;
  };
  /// One try: the event, its context, and where results go.
  struct Try {
    const RawEvent& event;
    const NameSource& names;
    OrderedEvents& out;
    Context context;
    // The event's thread, to be bound anew; a stand-in for a batch of no thread. A handler changes its
    // bindings only once nothing but success or a broken trace can come of it.
    Thread* after;
  };
  enum class Need : std::uint8_t { MustNot, May, Must };
  Advance handle(Try& t);
  [[gnu::noinline]] Advance advance_without_thread(const RawEvent& event, const NameSource& names, OrderedEvents& out);

  // Procs: replay_proc.cc
  Advance proc_status(Try& t);
  Advance proc_start(Try& t);
  Advance proc_stop(Try& t);
  Advance proc_steal(Try& t);
  // Goroutines: replay_goroutine.cc
  Advance go_status(Try& t);
  Advance bind_syscall(Try& t, GoroutineId id, ThreadId named);
  bool take_proc_from(Try& t, ThreadId victim, ProcId id);
  Advance go_create(Try& t);
  Advance go_start(Try& t);
  Advance go_stop(Try& t);
  Advance go_unblock(Try& t);
  Advance go_switch(Try& t);
  // Syscalls: replay_syscall.cc
  Advance syscall_begin(Try& t);
  Advance syscall_end(Try& t);
  Advance syscall_end_blocked(Try& t);
  Advance create_syscall(Try& t);
  Advance destroy_syscall(Try& t);
  // Ranges, the GC, metrics: replay_range.cc
  Advance go_range_begin(Try& t);
  Advance go_range_end(Try& t);
  Advance mark_assist_active(Try& t);
  Advance sweep_begin(Try& t);
  Advance sweep_end(Try& t);
  Advance sweep_active(Try& t);
  Advance gc_active(Try& t);
  Advance gc_begin(Try& t);
  Advance gc_end(Try& t);
  // Annotations: replay_user.cc
  Advance annotation(Try& t);
  Advance heap_metric(Try& t);
  Advance experimental(Try& t);
  Advance task_begin(Try& t);
  Advance task_end(Try& t);
  Advance region_begin(Try& t);
  Advance region_end(Try& t);

  // Shared by the handlers: replay.cc
  Thread& thread(ThreadId id, Slot& hint);
  [[gnu::noinline]] Slot meet_thread(ThreadId id);
  Goroutine* goroutine(GoroutineId id);
  Goroutine* current_goroutine(Try& t);
  OpenOnGoroutine& open_on(const Goroutine& g) { return open_[goroutines_.slot_of(g)]; }
  Slot add_goroutine(GoroutineId id, GoStatusCode status);
  void drop_goroutine(Slot slot);
  void add_task(TaskId id, TaskId parent, NameId name, const Context& context, Time time);
  template <typename Visit>
  void visit_record(const Resource& resource, Visit visit);
  Proc* proc(ProcId id);
  Proc* current_proc(Try& t);
  Slot add_proc(ProcId id, ProcStatusCode status);
  bool name(Try& t, std::uint64_t string_id, NameId& id);
  Sequence sequence(std::uint64_t number) const { return {generation_, number}; }
  bool first_generation() const { return first_generation_ == 0 || generation_ == first_generation_; }
  bool check_context(const Try& t, Need proc, Need goroutine);
  [[gnu::cold, gnu::noinline]] void complain_of_context(const Try& t, Need proc, Need goroutine);
  bool check_running(Try& t, Goroutine*& current, GoStatusCode wanted);
  [[gnu::cold, gnu::noinline]] void complain_of_status(const Try& t, const Goroutine* current, GoStatusCode wanted);
  bool ends_in_range(const Try& t, const Goroutine& current) const;
  bool can_hold_proc(const Try& t, ProcId id) const;
  bool can_hold_goroutine(const Try& t, GoroutineId id) const;
  bool open_range(const Try& t, std::vector<OpenRange>& ranges, OpenRange range);
  bool active_range(const Try& t, std::vector<OpenRange>& ranges, OpenRange range, const Resource& resource);
  bool close_range(const Try& t, std::vector<OpenRange>& ranges, EventType begin, std::uint64_t& kind);
  [[gnu::cold, gnu::noinline]] Advance broken(const Try& t, std::string_view what);
  static OrderedEvent& emit(Try& t);
  static Advance transition(Try& t, Resource resource, State from, State to, Slot slot = kNoSlot);
  void drop_unused_names();

  // Guesses: replay_guess.cc
  bool guess_range(const Try& t, std::vector<OpenRange>& ranges, OpenRange range, const Resource& resource);
  void note_range_begin(const Resource& resource);
  [[gnu::cold, gnu::noinline]] void note_unbegun_region(GoroutineId goroutine, TaskId task, NameId name);
  bool follows_goroutines(const Replay& before) const;
  bool follows_procs(const Replay& before) const;
  bool follows_threads(const Replay& before) const;
  bool follows_ranges(const Replay& before) const;
  bool follows_gc(const Replay& before) const;
  bool follows_tasks(const Replay& before, const SeenIds& met_tasks) const;
  bool follows_regions(const Replay& before) const;
  void adopt_tasks(const Replay& before);
  void adopt_regions(const Replay& before);

  IdMap<Thread> threads_;
  Thread no_thread_;  // stands in for the thread of a batch without one
  IdMap<Goroutine> goroutines_;
  std::vector<OpenOnGoroutine> open_;  // by the goroutine's slot
  IdMap<Proc> procs_;
  IdMap<ActiveTask> tasks_;
  NamePool names_;
  std::vector<NameId> name_of_string_;  // by string id, in this generation; kNoName where not met yet
  std::uint64_t gc_sequence_ = 0;
  GCState gc_state_ = GCState::Undetermined;
  bool refuses_oddities_ = false;
  std::uint64_t generation_ = 0;
  std::uint64_t first_generation_ = 0;   // the first that has an event; 0 until there is one
  std::uint64_t newest_generation_ = 0;  // the highest number of all
  std::optional<Guess> guess_;
  Error error_;
};

// What nearly every event goes through, to be put together with its handler.

inline Advance Replay::advance(const RawEvent& event, ThreadId thread_id, Slot& thread_hint, const NameSource& names,
                               OrderedEvents& out) {
  if (first_generation_ == 0) [[unlikely]]
    first_generation_ = generation_;
  if (thread_id == kNone) [[unlikely]]
    return advance_without_thread(event, names, out);
  Thread& bound = thread(thread_id, thread_hint);
  Try t{event, names, out, {thread_id, bound.proc, bound.goroutine}, &bound};
  return handle(t);
}

inline Replay::Thread& Replay::thread(ThreadId id, Slot& hint) {
  if (hint == kNoSlot) [[unlikely]]
    hint = meet_thread(id);
  return threads_[hint];
}

inline Replay::Goroutine* Replay::goroutine(GoroutineId id) { return goroutines_.get(id); }

inline Replay::Goroutine* Replay::current_goroutine(Try& t) {
  return goroutines_.get(t.context.goroutine, t.after->goroutine_hint);
}

inline Replay::Proc* Replay::proc(ProcId id) { return procs_.get(id); }

inline Replay::Proc* Replay::current_proc(Try& t) { return procs_.get(t.context.proc, t.after->proc_hint); }

inline bool Replay::check_context(const Try& t, Need proc, Need goroutine) {
  const auto met = [](Need need, std::int64_t id) {
    return need == Need::May || (need == Need::Must) == (id != kNone);
  };
  if (t.context.thread != kNone && met(proc, t.context.proc) && met(goroutine, t.context.goroutine)) [[likely]]
    return true;
  complain_of_context(t, proc, goroutine);
  return false;
}

inline bool Replay::check_running(Try& t, Goroutine*& current, GoStatusCode wanted) {
  current = current_goroutine(t);
  if (current != nullptr && current->status == wanted) [[likely]]
    return true;
  complain_of_status(t, current, wanted);
  return false;
}

[[gnu::always_inline]] inline OrderedEvent& Replay::emit(Try& t) {
  OrderedEvent& event = t.out.events[t.out.count++];
  event.type = t.event.type;
  event.time = t.event.time;
  event.thread = t.context.thread;
  event.proc = t.context.proc;
  event.goroutine = t.context.goroutine;
  event.args = t.event.args;
  return event;
}

[[gnu::always_inline]] inline Advance Replay::transition(Try& t, Resource resource, State from, State to, Slot slot) {
  OrderedEvent& event = emit(t);
  event.resource = resource;
  event.from = from;
  event.to = to;
  event.slot = slot;
  return Advance::Advanced;
}

}  // namespace tracecheck

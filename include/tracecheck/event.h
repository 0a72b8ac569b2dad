// Typed trace events: what the reader gives out.
//
// Every `std::string_view`, `std::span` and `Stack` in an event points into the generation that the event
// belongs to, and is valid until the next event is read: copy what must last. Names and meaning as in the
// Go package golang.org/x/exp/trace. Fact from: FORMAT.md section 7.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tracecheck {

/// Nanoseconds on the trace's own clock (monotonic on most platforms), not wall time.
using Time = std::int64_t;

/// Ids as the runtime gives them, 0 and up; `kNone` where there is none.
using ThreadId = std::int64_t;
using ProcId = std::int64_t;
using GoroutineId = std::int64_t;
inline constexpr std::int64_t kNone = -1;

/// Tasks are numbered from 1 by the program.
using TaskId = std::uint64_t;
inline constexpr TaskId kBackgroundTask = 0;  // that of what belongs to no task
inline constexpr TaskId kNoTask = ~0ULL;      // it is not known, or there is none

/// A call in a stack. Its texts are as the compiler wrote them, and live as long as the event's.
struct Frame {
  std::uint64_t pc = 0;       // address in the program
  std::string_view function;  // with its package: "main.(*server).run"
  std::string_view file;      // mostly an absolute path of the machine that compiled it
  std::uint64_t line = 0;     // 0 where the runtime knows none
  // Of a generation that is not whole (FORMAT.md section 10):
  bool borrowed = false;            // function, file and line are what an earlier generation says of the pc
  std::uint64_t lost_function = 0;  // the id of a text that is lost; 0 where nothing is
  std::uint64_t lost_file = 0;
};

class StackTable;  // the reader's

/// A handle to a stack of the current generation, innermost frame first, of up to 128 frames. Cheap to copy; frames are
/// resolved when asked for, which may be done as long as the event is valid.
class Stack {
 public:
  /// No stack. The reader makes all others.
  Stack() = default;

  /// False where the event carries no stack.
  bool present() const { return id_ != 0; }
  /// The stack's id in its generation, which means nothing in another one; 0 for none.
  std::uint64_t id() const { return id_; }
  /// All frames; empty where there is no stack.
  std::vector<Frame> frames() const;
  /// The event names a stack that is lost: its id is all there is. Only in a generation that is not whole.
  bool lost() const;

  friend bool operator==(const Stack& a, const Stack& b) {
    return a.id_ == b.id_ && (a.id_ == 0 || a.table_ == b.table_);
  }

 private:
  friend StackTable;
  Stack(const StackTable* table, std::uint64_t id) : table_(table), id_(id) {}

  const StackTable* table_ = nullptr;
  std::uint64_t id_ = 0;
};

enum class ResourceKind : std::uint8_t { None, Goroutine, Proc };

/// What an event is about, where that is more than its context.
struct Resource {
  ResourceKind kind = ResourceKind::None;
  std::int64_t id = kNone;  // a GoroutineId or ProcId
  friend bool operator==(const Resource&, const Resource&) = default;
};
constexpr Resource goroutine_resource(GoroutineId id) { return {ResourceKind::Goroutine, id}; }
constexpr Resource proc_resource(ProcId id) { return {ResourceKind::Proc, id}; }

/// A near-simultaneous reading of three clocks (Go 1.25 and later).
struct ClockSnapshot {
  Time trace = 0;                      // ns on the trace's clock
  std::uint64_t monotonic = 0;         // ns on the system's monotonic clock
  std::uint64_t wall_seconds = 0;      // Unix time
  std::uint64_t wall_nanoseconds = 0;  // and ns behind it
};

/// Unparsed data of an experiment, one thread's.
struct ExperimentalBatch {
  std::uint8_t experiment = 0;  // 1 is AllocFree
  ThreadId thread = kNone;
  std::span<const std::uint8_t> data;
};

/// A generation begins here, or (the last one) the trace ends well.
struct Sync {
  std::uint64_t n = 0;             // from 1
  bool begins_generation = false;  // false for the one that closes the trace, or stands before damage
  std::optional<ClockSnapshot> clock_snapshot;
  std::span<const ExperimentalBatch> experimental_batches;
};

/// A number that has changed: "/sched/gomaxprocs:threads", "/memory/classes/heap/objects:bytes", "/gc/heap/goal:bytes".
struct Metric {
  std::string_view name;  // as in runtime/metrics, the unit of the value included
  std::uint64_t value = 0;
};

/// The runtime says what a goroutine of its own does, such as "GC (dedicated)".
struct Label {
  std::string_view label;
  Resource resource;  // a goroutine
};

/// A sample of the CPU profile; the event's stack says where. Its thread, proc and goroutine are its own
/// and may contradict the transitions around it.
struct StackSample {};

enum class RangeType : std::uint8_t { StopTheWorld, GCMark, GCSweep, GCMarkAssist };

/// Something that goes on for a while. Ranges of one type and resource do not overlap.
struct Range {
  RangeType type = RangeType::StopTheWorld;
  std::string_view stop_kind;  // why the world was stopped; for StopTheWorld only
  Resource resource;           // a proc for GCSweep, none for GCMark, a goroutine for the others
  /// "stop-the-world (KIND)", "GC concurrent mark phase", "GC incremental sweep", "GC mark assist".
  std::string name() const;
};

struct RangeBegin : Range {};
/// The range was under way already.
struct RangeActive : Range {};
struct RangeEnd : Range {
  bool has_attributes = false;  // true of GCSweep: there are the two below, which else are 0
  std::uint64_t bytes_swept = 0;
  std::uint64_t bytes_reclaimed = 0;
};

/// Of runtime/trace.NewTask.
struct Task {
  TaskId id = 0;
  TaskId parent = kNoTask;
  std::string_view type;
};
struct TaskBegin : Task {};
/// Parent and type are those of the begin; kNoTask and "" where that is not in the trace.
struct TaskEnd : Task {};

/// Of runtime/trace.StartRegion, on the event's goroutine.
struct Region {
  TaskId task = kBackgroundTask;
  std::string_view type;
};
struct RegionBegin : Region {};
struct RegionEnd : Region {};

/// Of runtime/trace.Log.
struct Log {
  TaskId task = kBackgroundTask;
  std::string_view category;
  std::string_view message;
};

/// States of goroutines and procs; procs know Running and Idle only.
enum class State : std::uint8_t { Undetermined, NotExist, Runnable, Running, Waiting, Syscall, Idle };

std::string_view state_name(State state);

struct StateTransition {
  Resource resource;
  State from = State::Undetermined;
  State to = State::Undetermined;
  std::string_view reason;  // of a goroutine that stops or blocks, in the runtime's words; else empty
  Stack stack;              // the resource's own, not that of the executing context
};

struct ExperimentalArgument {
  std::string_view name;
  std::uint64_t value = 0;
};

/// An event of an experiment of the runtime (Go 1.23 and later), as it is on the wire.
struct Experimental {
  std::string_view experiment;
  std::string_view name;
  std::array<ExperimentalArgument, 4> arguments{};
  std::size_t argument_count = 0;  // so many of them are there
};

using EventBody = std::variant<Sync, Metric, Label, StackSample, RangeBegin, RangeActive, RangeEnd, TaskBegin, TaskEnd,
                               RegionBegin, RegionEnd, Log, StateTransition, Experimental>;

/// The alternatives of EventBody, in its order.
enum class EventKind : std::uint8_t {
  Sync,
  Metric,
  Label,
  StackSample,
  RangeBegin,
  RangeActive,
  RangeEnd,
  TaskBegin,
  TaskEnd,
  RegionBegin,
  RegionEnd,
  Log,
  StateTransition,
  Experimental,
};

std::string_view event_kind_name(EventKind kind);

struct Event {
  Time time = 0;            // strictly increasing from event to event
  ThreadId thread = kNone;  // the executing context before the event
  ProcId proc = kNone;
  GoroutineId goroutine = kNone;
  Stack stack;  // of the executing context
  EventBody body;

  // What SalvageReader tells besides. Its generation is unfinished or broken, and more may be missing than is here:
  bool salvaged = false;
  /// The scheduler's rules let it happen by what is known. False: something that is lost had to be supposed before.
  bool replayed = true;
  /// The ids of texts of the body that are lost, of its first and its second; 0 where nothing is. The text itself is
  /// then empty.
  std::array<std::uint64_t, 2> lost_text{};

  EventKind kind() const { return static_cast<EventKind>(body.index()); }
  /// The body as a T, or null: `if (const auto* log = event.as<Log>())`.
  template <typename T>
  const T* as() const {
    return std::get_if<T>(&body);
  }
};

}  // namespace tracecheck

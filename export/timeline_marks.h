// What a timeline is made of: tracks, and what is marked on them. The formats that viewers show have these in common.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "tracecheck/event.h"

namespace tracecheck {

enum class TrackKind : std::uint8_t {
  Gc,            // the one track of what concerns no goroutine
  StopTheWorld,  // one track
  Counter,       // its id is a CounterId
  Task,
  Proc,
  Goroutine,   // its states
  Region,      // of a goroutine, whose id it has
  MarkAssist,  // of a goroutine
  Sweep,       // of a proc
  Thread,
};
inline constexpr std::size_t kTrackKinds = 10;

enum class CounterId : std::uint8_t { HeapObjects, HeapGoal, ProcLimit, Running, Runnable, Blocked, Syscall };
inline constexpr std::size_t kCounters = 7;

constexpr std::string_view counter_name(CounterId counter) {
  constexpr std::string_view names[kCounters] = {"heap objects",          "heap goal",           "gomaxprocs",
                                                 "goroutines running",    "goroutines runnable", "goroutines blocked",
                                                 "goroutines in syscalls"};
  return names[static_cast<std::size_t>(counter)];
}

/// Ids are unsigned, as on the wire.
struct Track {
  TrackKind kind = TrackKind::Gc;
  std::uint64_t id = 0;
};

/// Of a goroutine, proc, thread or task.
constexpr Track track_of(TrackKind kind, std::int64_t id) { return {kind, static_cast<std::uint64_t>(id)}; }

/// What viewers show together.
struct TrackGroup {
  std::string_view name;
  std::uint32_t rank;  // its place, from 1
};

constexpr TrackGroup group_of(TrackKind kind) {
  constexpr std::array<TrackGroup, kTrackKinds> groups = {{{"Runtime", 1},
                                                           {"Runtime", 1},
                                                           {"Runtime", 1},
                                                           {"Tasks", 2},
                                                           {"Procs", 3},
                                                           {"Goroutines", 4},
                                                           {"Regions", 5},
                                                           {"Mark assists", 6},
                                                           {"Sweeps", 7},
                                                           {"Threads", 8}}};
  return groups[static_cast<std::size_t>(kind)];
}

/// One kind of each group, in the order of their ranks.
inline constexpr TrackKind kGroups[] = {TrackKind::Gc,        TrackKind::Task,   TrackKind::Proc,
                                        TrackKind::Goroutine, TrackKind::Region, TrackKind::MarkAssist,
                                        TrackKind::Sweep,     TrackKind::Thread};

/// A value beside a name of ours.
struct Argument {
  std::string_view name;
  std::variant<std::uint64_t, std::string_view> value;
};

/// An arrow goes from one mark to another.
enum class FlowEnd : std::uint8_t { None, From, To };

/// What a slice, or an instant, says of itself. Texts may hold any bytes; all is valid for the call only.
struct MarkContent {
  std::string_view category;  // a word of ours
  std::string_view name;
  std::span<const Argument> arguments = {};
  Stack stack = {};
  std::uint64_t flow = 0;
  FlowEnd flow_end = FlowEnd::None;
};

/// One of the traces that a view shows. `title` tells it from the others; "" where there is only one.
struct ViewedTrace {
  std::string title;
  std::string_view verdict;
};

/// Writes marks in a format, each function at the end of a string, all but their times; `put` adds those.
class MarkEncoder {
 public:
  MarkEncoder() = default;
  MarkEncoder(const MarkEncoder&) = delete;
  MarkEncoder& operator=(const MarkEncoder&) = delete;
  virtual ~MarkEncoder() = default;

  /// Before all else, and after all else; what they write is not for `put`.
  virtual void begin_document(std::string& out) = 0;
  virtual void end_document(std::string& out, std::span<const ViewedTrace> traces) = 0;
  /// Time 0 is `ns` since 1970, which the end of the document tells.
  virtual void set_wall_start(std::int64_t ns) = 0;
  /// A trace begins, the `number`th from 0, to be shown under `title`; nor is this for `put`. All tracks are new from
  /// here on.
  virtual void begin_segment(std::string& out, std::size_t number, const std::string& title) = 0;
  /// Stack ids mean other stacks from here on.
  virtual void generation_begins() = 0;

  /// What marks of `stack` need before them, once in a generation; nothing if they need nothing.
  virtual void define(std::string& /*out*/, const Stack& /*stack*/) {}
  /// The track's name, which may change later.
  virtual void describe(std::string& out, const Track& track, std::string_view name) = 0;
  virtual void begin(std::string& out, const Track& track, const MarkContent& content) = 0;
  /// Of the innermost open slice, whose name is `name`.
  virtual void end(std::string& out, const Track& track, std::string_view name) = 0;
  virtual void instant(std::string& out, const Track& track, const MarkContent& content) = 0;
  virtual void count(std::string& out, CounterId counter, std::uint64_t value) = 0;

  /// A mark as it stands in the output. `time` is not negative.
  virtual void put(std::string& out, Time time, std::string_view mark) = 0;
};

}  // namespace tracecheck

// What stands last in a trace: the last log, the heap, the GC. These need no texts, so they are known of a generation
// that has lost them, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "reader/generation.h"
#include "reader/replay.h"
#include "tracecheck/event.h"

namespace tracecheck {

struct LastLog {
  Time time = 0;                         // ns on the trace's clock
  std::optional<Time> trace_start;       // the same, of the first Sync of its own trace
  std::optional<GoroutineId> goroutine;  // none where only the replay could tell
  TaskId task = kBackgroundTask;
  std::optional<std::string> category;  // none: its text is lost
  std::optional<std::string> message;
  std::uint64_t category_id = 0;  // string ids, of use where the text is lost
  std::uint64_t message_id = 0;
};

/// When and where something happened. What comes later in one of these counts as later, whatever the order in which it
/// is read.
struct Stamp {
  std::size_t trace = 0;  // of a stream, from 1: each has a clock of its own
  Time time = 0;          // on the wire
  ThreadId thread = kNone;
  auto operator<=>(const Stamp&) const = default;
};

struct LastWords {
  std::optional<LastLog> readable_log;     // the last one with both its texts
  std::optional<LastLog> lost_log;         // the last one that has lost a text
  std::optional<std::uint64_t> heap_live;  // bytes
  std::optional<std::uint64_t> heap_goal;  // bytes
  std::optional<bool> gc_on;
  Time last_time = 0;  // of the last event of the trace that was begun last

  /// The last log of all, readable or not; null for none. Valid until the next change.
  const LastLog* last_log() const;

  /// What comes from here on is of the trace of this number, from 1, with its first Sync at `start`.
  void begin_trace(std::size_t number, Time start);
  /// The number of the trace that was begun last; 0 for none.
  std::size_t trace() const { return trace_; }
  std::optional<Time> trace_start() const { return trace_start_; }

  /// Takes note of an event, which happened at `time`. Those of one thread come in their order.
  void see(const OrderedEvent& event, Time time, const Generation& generation);
  /// Takes note of all that was seen elsewhere of the same trace, and comes after.
  void add(const LastWords& later);

 private:
  std::size_t trace_ = 0;
  std::optional<Time> trace_start_;
  std::optional<Stamp> readable_stamp_;
  std::optional<Stamp> lost_stamp_;
  std::optional<Stamp> live_stamp_;
  std::optional<Stamp> goal_stamp_;
};

}  // namespace tracecheck

// What stands last in a trace: the last log, the heap, the GC. Also from a generation that could not be
// replayed, whose events are looked at thread by thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "format/clock.h"
#include "reader/generation.h"
#include "reader/replay.h"
#include "tracecheck/event.h"

namespace tracecheck {

struct LastLog {
  Time time = 0;                         // ns on the trace's clock
  std::optional<GoroutineId> goroutine;  // none where only the replay could tell
  TaskId task = kBackgroundTask;
  std::optional<std::string> category;  // none: its text is lost
  std::optional<std::string> message;
  std::uint64_t category_id = 0;  // string ids, of use where the text is lost
  std::uint64_t message_id = 0;
};

struct LastWords {
  std::optional<LastLog> log;
  std::optional<std::uint64_t> heap_live;  // bytes
  std::optional<std::uint64_t> heap_goal;  // bytes
  std::optional<bool> gc_on;
  Time last_time = 0;  // of the last event of all

  /// Takes note of an event that came out in order.
  void see(const OrderedEvent& event, const Generation& generation);
};

/// What the threads of a generation hold, without replaying it.
struct WireCount {
  std::uint64_t events = 0;  // timed events and CPU samples that can be decoded
  std::uint64_t logs = 0;
  std::uint64_t logs_text_lost = 0;  // logs whose category or message is not in the string table
};

/// Counts the events of `generation`, and lets `words` see those later than all before.
WireCount count_wire(const Generation& generation, Clock clock, LastWords& words);

}  // namespace tracecheck

// What stands last in a trace: the last log, the heap, the GC. These need no texts, so they are known of a generation
// that has lost them, too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

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

  /// Takes note of an event that came out. Salvaged ones are not strictly in the order of time.
  void see(const OrderedEvent& event, const Generation& generation);
};

}  // namespace tracecheck

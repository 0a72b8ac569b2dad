// Where in a trace the event at hand stands.
#pragma once

#include <algorithm>
#include <cstdint>

#include "format/clock.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// Times on the trace's clock.
struct Moment {
  Time start = 0;           // of the trace's first event
  Time sync = 0;            // of the last Sync; of the first event where there was none
  Time now = 0;             // of the event at hand
  Time last = 0;            // the latest of all events before it, its own included
  Time last_replayed = 0;   // the latest of those that are not salvaged: since the last gap none is missing before it
  Time before_sync = 0;     // the latest of all events before the last Sync
  std::uint64_t syncs = 0;  // of this trace so far: one a generation, and one before damage
};

/// A duration. Behind damage, times may step back: then it is 0.
inline Time between(Time from, Time to) { return std::max<Time>(elapsed(from, to), 0); }

}  // namespace tracecheck

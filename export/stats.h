// What `stats` knows of one trace, for its tables and documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/event_counts.h"
#include "analysis/summary.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

struct Stats {
  std::string file;  // as it was named
  Verdict verdict = Verdict::Complete;
  int exit = 0;
  std::string message;  // where there is no trace: why
  std::optional<GoVersion> version;
  std::vector<Damage> damage;
  // What was asked for, and where there is a trace.
  std::optional<EventCounts> counts;
  std::optional<Summary> summary;
};

/// Time in the ranges that a goroutine works for the garbage collector in: mark assist and sweep.
Time collector_time(const TimesByName& ranges);

}  // namespace tracecheck

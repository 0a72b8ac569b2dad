// Limits that a trace must keep, and what breaks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "analysis/summary.h"
#include "tracecheck/damage.h"

namespace tracecheck {

/// What is limited. The times are in ns.
enum class Measure : std::uint8_t {
  StopTheWorld,       // how long the world was stopped at a time
  GcPause,            // the same, by the garbage collector
  SchedulingLatency,  // how long a goroutine waited to run
  Goroutines,         // how many there were at a time, the runtime's own too
  Blocked,            // how long a goroutine was blocked when the trace ended, at least; without the runtime's own
};

struct TraceLimit {
  Measure measure = Measure::StopTheWorld;
  std::uint64_t most = 0;
  /// The part of all waits, 0 to 1, that must not be longer; none: all. Of SchedulingLatency only.
  std::optional<double> share;
};

/// A limit, or a sentence that says what is wrong with the text that was to be one.
using ParsedTraceLimit = std::variant<TraceLimit, std::string>;

ParsedTraceLimit parse_time_limit(Measure measure, std::string_view text);  // "5ms"
ParsedTraceLimit parse_latency_limit(std::string_view text);                // "p99=10ms", "max=10ms"
ParsedTraceLimit parse_goroutine_limit(std::string_view text);              // "1000"

struct LimitFinding {
  TraceLimit limit;
  bool holds = false;
  std::uint64_t found = 0;         // to compare with the limit; 0 where there was nothing to measure
  std::uint64_t count = 0;         // how many were measured: pauses, waits, blocked goroutines; of Goroutines, all seen
  std::uint64_t over = 0;          // of Blocked: how many are over the limit
  std::optional<Longest> longest;  // of the times; none where there was nothing to measure
  Time when = 0;                   // of Goroutines: when there were so many, in ns from the trace's start
  std::optional<std::string> function;  // of Goroutines: that most of all seen began with
  std::uint64_t of_function = 0;        // how many these were
  Verdict verdict = Verdict::Complete;
  bool read_anything = false;  // at least one event
  bool nothing_lost = false;   // of a damaged trace: all of it is there, with something else in between
};

/// A limit that is broken is broken, whatever the verdict. One that is not holds if the trace is complete, or truncated
/// with at least one event: then it is said of what could be read. Damage in the middle may hide what breaks it.
/// `nothing_lost` is only told on.
LimitFinding measure(const TraceLimit& limit, const Summary& summary, Verdict verdict, bool nothing_lost = false);

}  // namespace tracecheck

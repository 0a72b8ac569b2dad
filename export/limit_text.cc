#include "export/limit_text.h"

#include <cstdio>

#include "analysis/verdict_phrase.h"
#include "export/human.h"
#include "export/stack_text.h"

namespace tracecheck {
namespace {

std::string goroutine_text(GoroutineId id) { return id == kNone ? "a goroutine" : "g" + std::to_string(id); }

std::string at_stack(const Longest& longest) {
  return longest.stack.empty() ? "" : ", at " + stack_text(longest.stack);
}

std::string time_text(std::int64_t duration, const TraceLimit& limit) {
  return compared_duration_text(duration, static_cast<std::int64_t>(limit.most));
}

std::string long_text(const Longest& longest, const TraceLimit& limit) {
  return (longest.unended ? "at least " : "") + time_text(longest.duration, limit);
}

// "12.5ms from 1.234000000 on"
std::string span_text(const Longest& longest, const TraceLimit& limit) {
  return long_text(longest, limit) + " from " + seconds_text(longest.begin) + " on";
}

std::string pause_text(const LimitFinding& finding) {
  const bool of_collector = finding.limit.measure == Measure::GcPause;
  if (!finding.longest) return of_collector ? "no pause of the garbage collector" : "the world was not stopped";
  const Longest& longest = *finding.longest;
  if (finding.found <= finding.limit.most) {
    return "the longest of " + counted(finding.count, "pause") + " took " + long_text(longest, finding.limit);
  }
  return goroutine_text(longest.goroutine) + " stopped the world for " + span_text(longest, finding.limit) +
         (longest.kind ? " (" + *longest.kind + ")" : "") + at_stack(longest);
}

// "p99", "p99.9"
std::string percentile_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "p%.6g", 100 * share);
  return text;
}

std::string wait_text(const Longest& longest, const TraceLimit& limit) {
  return goroutine_text(longest.goroutine) + " waited " + long_text(longest, limit) + " to run from " +
         seconds_text(longest.begin) + " on" + at_stack(longest);
}

std::string latency_text(const LimitFinding& finding) {
  const TraceLimit& limit = finding.limit;
  if (!finding.longest) return "no goroutine waited to run";
  if (limit.share && finding.count == 0) return "no wait to run has ended";
  if (limit.share) {
    const std::string text = percentile_text(*limit.share) + " of " + counted(finding.count, "wait") + " to run is " +
                             time_text(static_cast<std::int64_t>(finding.found), limit);
    return finding.found <= limit.most ? text : text + "; the longest: " + wait_text(*finding.longest, limit);
  }
  if (finding.found > limit.most) return wait_text(*finding.longest, limit);
  return "the longest wait to run took " + long_text(*finding.longest, limit);
}

std::string goroutines_text(const LimitFinding& finding) {
  if (finding.found <= finding.limit.most) return counted(finding.found, "goroutine") + " at most";
  std::string text = counted(finding.found, "goroutine") + " at " + seconds_text(finding.when);
  if (!finding.function || finding.of_function < 2) return text;
  return text + "; of all " + std::to_string(finding.count) + " that were seen, " +
         std::to_string(finding.of_function) + " began with " + *finding.function;
}

std::string blocked_text(const LimitFinding& finding) {
  if (!finding.longest) return "no goroutine was blocked at the end";
  const Longest& longest = *finding.longest;
  if (finding.over == 0) {
    return counted(finding.count, "goroutine") + " blocked at the end, the longest for " +
           long_text(longest, finding.limit);
  }
  return counted(finding.over, "goroutine") +
         " blocked for longer at the end; the longest: " + goroutine_text(longest.goroutine) + " for " +
         span_text(longest, finding.limit) + (longest.kind ? " (" + *longest.kind + ")" : "") + at_stack(longest);
}

std::string found_text(const LimitFinding& finding) {
  switch (finding.limit.measure) {
    case Measure::StopTheWorld:
    case Measure::GcPause: return pause_text(finding);
    case Measure::SchedulingLatency: return latency_text(finding);
    case Measure::Goroutines: return goroutines_text(finding);
    case Measure::Blocked: return blocked_text(finding);
  }
  return {};
}

}  // namespace

std::string limit_text(const LimitFinding& finding) {
  const std::string state = "the trace is " + std::string(verdict_phrase(finding.verdict));
  if (!finding.read_anything && finding.verdict != Verdict::Complete) return "nothing could be read: " + state;
  const std::string text = found_text(finding);
  const bool broken = finding.found > finding.limit.most;
  if (broken && finding.limit.measure == Measure::Goroutines && finding.verdict != Verdict::Complete)
    return text + "; " + state + ": some may have ended in what is missing";
  if (finding.verdict == Verdict::Complete || broken) return text;
  if (finding.nothing_lost && !finding.holds)
    return text + "; " + state + ", though nothing of it is lost: check what `tracecheck repair` writes";
  return text + "; " + state + (finding.holds ? ": this is of what could be read" : ": what is missing may break it");
}

}  // namespace tracecheck

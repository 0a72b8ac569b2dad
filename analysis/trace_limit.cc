#include "analysis/trace_limit.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "analysis/named.h"
#include "analysis/time_window.h"

namespace tracecheck {
namespace {

constexpr std::string_view kMax = "max";

// "p99", "p99.9".
std::optional<double> parse_share(std::string_view text) {
  if (!text.starts_with('p')) return std::nullopt;
  text.remove_prefix(1);
  double percent = 0;
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(percent) || percent <= 0 || percent > 100) return std::nullopt;
  return percent / 100;
}

std::uint64_t time_found(const std::optional<Longest>& longest) {
  return longest ? static_cast<std::uint64_t>(longest->duration) : 0;
}

void find_pauses(const std::vector<PauseRow>& pauses, bool of_collector, LimitFinding& finding) {
  for (const PauseRow& row : pauses) {
    if (!of_collector || is_of_collector(row.kind)) finding.count += row.durations.count() + row.unended;
  }
}

void find_latency(const Summary& summary, LimitFinding& finding) {
  finding.longest = summary.longest_scheduling_latency;
  finding.count = summary.scheduling_latency.count();
  finding.found = time_found(finding.longest);
  if (!finding.limit.share) return;
  finding.found = static_cast<std::uint64_t>(summary.scheduling_latency.quantile(*finding.limit.share).value_or(0));
}

void find_goroutines(const Summary& summary, LimitFinding& finding) {
  finding.found = summary.most_goroutines;
  finding.when = summary.most_goroutines_at;
  finding.count = summary.goroutines;
  const auto most = std::max_element(summary.functions.begin(), summary.functions.end(),
                                     [](const auto& a, const auto& b) { return a.goroutines < b.goroutines; });
  if (most == summary.functions.end()) return;
  finding.function = most->function;
  finding.of_function = most->goroutines;
}

void find_blocked(const Summary& summary, LimitFinding& finding) {
  for (const GoroutineAtEnd& goroutine : summary.at_end) {
    if (!goroutine.blocked()) continue;
    ++finding.count;
    if (static_cast<std::uint64_t>(goroutine.at_least) > finding.limit.most) ++finding.over;
    if (finding.longest) continue;
    finding.longest = Longest{
        .duration = goroutine.at_least,
        .begin = goroutine.since,
        .unended = true,
        .goroutine = goroutine.id,
        .kind = goroutine.state == State::Syscall ? std::optional<std::string>("syscall") : goroutine.reason,
        .stack = goroutine.stack ? summary.stacks[*goroutine.stack] : std::string(),
    };
  }
  finding.found = time_found(finding.longest);
}

}  // namespace

ParsedTraceLimit parse_time_limit(Measure measure, std::string_view text) {
  const auto ns = parse_duration(text);
  if (!ns) return not_a_duration(text);
  return TraceLimit{measure, static_cast<std::uint64_t>(*ns), std::nullopt};
}

ParsedTraceLimit parse_latency_limit(std::string_view text) {
  const std::size_t sign = text.find('=');
  const std::string_view which = text.substr(0, sign);
  const std::optional<double> share = parse_share(which);
  if (sign == std::string_view::npos || (which != kMax && !share)) {
    return named(text) + " is no such limit: give one like p99=10ms or max=10ms";
  }
  ParsedTraceLimit parsed = parse_time_limit(Measure::SchedulingLatency, text.substr(sign + 1));
  if (auto* limit = std::get_if<TraceLimit>(&parsed)) limit->share = share;
  return parsed;
}

ParsedTraceLimit parse_goroutine_limit(std::string_view text) {
  std::uint64_t most = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), most);
  if (problem != std::errc() || end != text.data() + text.size()) return named(text) + " is not a whole number";
  return TraceLimit{Measure::Goroutines, most, std::nullopt};
}

LimitFinding measure(const TraceLimit& limit, const Summary& summary, Verdict verdict, bool nothing_lost) {
  LimitFinding finding;
  finding.limit = limit;
  finding.verdict = verdict;
  finding.nothing_lost = nothing_lost;
  finding.read_anything = summary.events > 0;
  switch (limit.measure) {
    case Measure::StopTheWorld:
    case Measure::GcPause:
      finding.longest = limit.measure == Measure::GcPause ? summary.longest_gc_pause : summary.longest_stop_the_world;
      finding.found = time_found(finding.longest);
      find_pauses(summary.stop_the_world, limit.measure == Measure::GcPause, finding);
      break;
    case Measure::SchedulingLatency: find_latency(summary, finding); break;
    case Measure::Goroutines: find_goroutines(summary, finding); break;
    case Measure::Blocked: find_blocked(summary, finding); break;
  }
  const bool judged = verdict == Verdict::Complete || (verdict == Verdict::Truncated && finding.read_anything);
  finding.holds = judged && finding.found <= limit.most;
  return finding;
}

}  // namespace tracecheck

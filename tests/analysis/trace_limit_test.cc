// Limits: how they are read from text, and how what was read of a trace decides. tests/cli/test_assert.py has each of
// them on traces.
#include "analysis/trace_limit.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tracecheck;

namespace {

bool is_limit(const ParsedTraceLimit& parsed) { return std::holds_alternative<TraceLimit>(parsed); }

TraceLimit limit_of(const ParsedTraceLimit& parsed) { return std::get<TraceLimit>(parsed); }

Summary with_goroutines(std::uint64_t most) {
  Summary summary;
  summary.events = 1;
  summary.most_goroutines = most;
  return summary;
}

bool holds(std::uint64_t found, Verdict verdict, std::uint64_t events = 1) {
  Summary summary = with_goroutines(found);
  summary.events = events;
  return measure({Measure::Goroutines, 10, std::nullopt}, summary, verdict).holds;
}

}  // namespace

TEST_CASE("a limit on times is a duration", "[trace limit]") {
  const TraceLimit limit = limit_of(parse_time_limit(Measure::GcPause, "1.5ms"));
  CHECK((limit.measure == Measure::GcPause && limit.most == 1500000 && !limit.share));
  CHECK(limit_of(parse_time_limit(Measure::Blocked, "0")).most == 0);
  for (const char* text : {"", "-1s", "5 ms", "ms", "p99=1s"}) CHECK_FALSE(is_limit(parse_time_limit({}, text)));
}

TEST_CASE("a limit on waits is one on a percentile or on all", "[trace limit]") {
  CHECK(limit_of(parse_latency_limit("p99=10ms")).share == 0.99);
  CHECK(limit_of(parse_latency_limit("p100=10ms")).share == 1.0);
  CHECK(limit_of(parse_latency_limit("p99.9=10ms")).most == 10000000);
  CHECK_FALSE(limit_of(parse_latency_limit("max=10ms")).share);
  for (const char* text : {"", "=", "p=1s", "p0=1s", "p-1=1s", "p1e1=1s", "p101=1s", "pinf=1s", "99=1s", "max",
                           "max=", "MAX=1s", "max =1s", "p99=1s="}) {
    INFO(text);
    CHECK_FALSE(is_limit(parse_latency_limit(text)));
  }
}

TEST_CASE("a limit on goroutines is a number", "[trace limit]") {
  CHECK(limit_of(parse_goroutine_limit("1000")).most == 1000);
  for (const char* text : {"", "-1", "1.5", "1k", "99999999999999999999"}) {
    CHECK_FALSE(is_limit(parse_goroutine_limit(text)));
  }
}

TEST_CASE("as much as the limit is within it", "[trace limit]") {
  CHECK(holds(10, Verdict::Complete));
  CHECK_FALSE(holds(11, Verdict::Complete));
}

TEST_CASE("a truncated trace is judged by what could be read, if there is anything", "[trace limit]") {
  CHECK(holds(10, Verdict::Truncated));
  CHECK_FALSE(holds(11, Verdict::Truncated));
  CHECK_FALSE(holds(0, Verdict::Truncated, 0));
}

TEST_CASE("a trace that is damaged in the middle, or is none, keeps no limit", "[trace limit]") {
  for (const Verdict verdict : {Verdict::Corrupt, Verdict::NotATrace, Verdict::NotJudged, Verdict::Unreadable}) {
    CHECK_FALSE(holds(10, verdict));
  }
}

TEST_CASE("goroutines blocked at the end are those of the program", "[trace limit]") {
  Summary summary = with_goroutines(0);
  const auto add = [&](GoroutineId id, const char* function, State state, Time at_least) {
    GoroutineAtEnd goroutine;
    goroutine.id = id;
    if (function != nullptr) goroutine.function = function;
    goroutine.system = function != nullptr && std::string_view(function).starts_with("runtime");
    goroutine.state = state;
    goroutine.at_least = at_least;
    summary.at_end.push_back(goroutine);
  };
  add(1, "runtime.bgsweep", State::Waiting, 90);
  add(2, nullptr, State::Waiting, 80);
  add(8, "runtime/trace.Start.func1", State::Syscall, 75);
  add(3, "main.runs", State::Running, 70);
  add(4, "main.ready", State::Runnable, 60);
  add(5, "main.waits", State::Waiting, 50);
  add(6, "main.main", State::Syscall, 40);
  add(7, "main.waits", State::Waiting, 30);
  const LimitFinding finding = measure({Measure::Blocked, 35, std::nullopt}, summary, Verdict::Complete);
  CHECK((finding.count == 3 && finding.over == 2 && finding.found == 50 && !finding.holds));
  CHECK((finding.longest && finding.longest->goroutine == 5));
  CHECK(measure({Measure::Blocked, 50, std::nullopt}, summary, Verdict::Complete).holds);
}

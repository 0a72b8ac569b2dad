#include "analysis/log_scan.h"

#include <catch2/catch.hpp>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "tests/support/read_trace.h"
#include "tests/support/trace_builder.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

using T = EventType;

Query query_for(const QueryOptions& options) { return std::get<Query>(Query::make(options)); }

QueryOptions message(const std::string& text) {
  QueryOptions options;
  options.message = {text};
  options.style.fixed = options.style.whole = true;
  return options;
}

/// What there is of a log but its time, which the reader may have moved.
std::string log_text(const Event& event) {
  const auto& log = *event.as<Log>();
  std::string text = "m" + std::to_string(event.thread) + " p" + std::to_string(event.proc) + " g" +
                     std::to_string(event.goroutine) + " task " + std::to_string(log.task) + " ";
  for (const Frame& frame : event.stack.frames()) text += std::string(frame.function) + "/";
  return text + " " + std::string(log.category) + ": " + std::string(log.message);
}

struct Scanned {
  std::vector<std::string> logs;
  std::vector<Time> times;
  std::size_t salvaged = 0;
  std::size_t lost = 0;
  Verdict verdict = Verdict::Complete;
};

Scanned scan(const Bytes& bytes, const QueryOptions& options, bool invert = false) {
  LogScan search(open_bytes(bytes), query_for(options), invert);
  Scanned result;
  while (search.next()) {
    for (std::size_t i = 0; i < search.size(); ++i) {
      const FoundLog log = search[i];
      if (log.match == Match::Perhaps) {
        ++result.lost;
        continue;
      }
      result.logs.push_back(log_text(log.event));
      result.times.push_back(log.event.time);
      result.salvaged += log.event.salvaged ? 1U : 0U;
    }
  }
  result.verdict = search.verdict();
  return result;
}

Scanned read(const Bytes& bytes) {
  Reader reader(open_bytes(bytes));
  Scanned result;
  while (const Event* event = reader.next()) {
    if (event->as<Log>() == nullptr) continue;
    result.logs.push_back(log_text(*event));
    result.times.push_back(event->time);
  }
  result.verdict = reader.verdict();
  return result;
}

std::map<std::string, int> counted(const std::vector<std::string>& texts) {
  std::map<std::string, int> counts;
  for (const std::string& text : texts) ++counts[text];
  return counts;
}

}  // namespace

TEST_CASE("A scan of a whole trace finds the reader's logs with their contexts and times", "[scan][fixtures]") {
  for (const Fixture& fixture : fixtures("ok", 2000000)) {
    INFO(fixture.name);
    const Scanned expected = read(fixture.bytes);
    const Scanned found = scan(fixture.bytes, {});
    CHECK(counted(found.logs) == counted(expected.logs));
    CHECK(found.verdict == Verdict::Complete);
    REQUIRE(found.times.size() == expected.times.size());
    for (std::size_t i = 0; i < found.times.size(); ++i) {
      // The reader moves events of one clock tick apart.
      CHECK(found.times[i] <= expected.times[i]);
      CHECK(expected.times[i] - found.times[i] < 1000);
    }
  }
}

TEST_CASE("A scan that leaves out generations gives each log the same context", "[scan][fixtures]") {
  for (const Fixture& fixture : fixtures("ok", 100000)) {
    INFO(fixture.name);
    Reader reader(open_bytes(fixture.bytes));
    std::map<std::string, std::vector<std::string>> by_message;
    while (const Event* event = reader.next()) {
      if (const auto* log = event->as<Log>()) by_message[std::string(log->message)].push_back(log_text(*event));
    }
    for (const auto& [text, logs] : by_message) {
      INFO(text);
      CHECK(counted(scan(fixture.bytes, message(text)).logs) == counted(logs));
    }
  }
}

TEST_CASE("Matches and their inversion are all logs", "[scan][fixtures]") {
  QueryOptions options;
  options.category = {"t"};
  for (const Fixture& fixture : fixtures("ok", 100000)) {
    INFO(fixture.name);
    const std::size_t all = scan(fixture.bytes, {}).logs.size();
    CHECK(scan(fixture.bytes, options).logs.size() + scan(fixture.bytes, options, true).logs.size() == all);
  }
}

TEST_CASE("A scan tells truncated traces", "[scan][fixtures]") {
  for (const Fixture& fixture : fixtures("truncated", 2000000)) {
    INFO(fixture.name);
    CHECK(scan(fixture.bytes, message("not there")).verdict == Verdict::Truncated);
  }
}

TEST_CASE("A scan of any prefix ends, and finds no less the more there is", "[scan]") {
  for (const GoVersion version : kVersions) {
    const Bytes whole = whole_trace(version).bytes();
    std::size_t before = 0;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      INFO("1." << minor_of(version) << ", " << size << " bytes");
      const Scanned found =
          scan(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), message("message"));
      CHECK(found.logs.size() >= before);
      before = found.logs.size();
      if (size < whole.size()) CHECK((found.verdict == Verdict::Truncated || found.verdict == Verdict::Complete));
    }
    CHECK(before == 2);
  }
}

TEST_CASE("Logs of an unfinished generation are salvaged, those without text may be what is looked for", "[scan]") {
  const GoVersion version = GENERATE(from_range(std::begin(kVersions), std::end(kVersions)));
  INFO("1." << minor_of(version));
  TraceBuilder trace = whole_trace(version, 1);
  if (has_sync_batches(version)) trace.clock(2, 2000);
  trace.batch(2, 1, 2000,
              Records()
                  .event(T::ProcStatus, 0, {0, 1})
                  .event(T::GoStatus, 0, {1, 1, 2})
                  .event(T::UserLog, 5, {0, 4, 5, 0})
                  .event(T::UserLog, 5, {0, 4, 6, 0}));
  SECTION("with a part of the strings") {
    trace.table(2, Records().type(T::Strings).string(4, "category").string(5, "late"));
    if (!has_end_markers(version)) trace.batch(2, 2, 3000, Records().event(T::ProcStart, 0, {1, 1}));
    const Scanned found = scan(trace.bytes(), message("late"));
    CHECK(found.logs == std::vector<std::string>{"m1 p0 g1 task 0  category: late"});
    CHECK(found.salvaged == 1);
    CHECK(found.lost == 1);
    CHECK(found.verdict == Verdict::Truncated);
    QueryOptions elsewhere = message("late");
    elsewhere.category = {"elsewhere"};
    CHECK(scan(trace.bytes(), elsewhere).lost == 0);
  }
  SECTION("without any") {
    const Scanned found = scan(trace.bytes(), message("late"));
    CHECK(found.logs.empty());
    CHECK(found.lost == 2);
    CHECK(scan(trace.bytes(), message("late"), true).lost == 2);
    CHECK(scan(trace.bytes(), {}).logs.size() == 3);
  }
}

TEST_CASE("A thread in a syscall is told by another thread, before or after its own events", "[scan]") {
  const bool first = GENERATE(false, true);
  TraceBuilder trace(GoVersion::Go126);
  trace.clock(1, 1000);
  const auto in_syscall = [&] {
    trace.batch(1, 7, 1010,
                Records()
                    .event(T::GoSyscallEndBlocked, 5)
                    .event(T::ProcStart, 5, {0, 1})
                    .event(T::GoStart, 5, {9, 1})
                    .event(T::UserLog, 5, {0, 0, 1, 0}));
  };
  if (first) in_syscall();
  trace.batch(1, 2, 1000, Records().event(T::GoStatus, 1, {9, 7, 3}).event(T::ProcStatus, 1, {0, 2}));
  if (!first) in_syscall();
  trace.batch(1, 8, 1000, Records().event(T::ProcStatus, 1, {1, 1}).event(T::UserLog, 40, {0, 0, 1, 0}));
  trace.batch(1, 2, 1001, Records().event(T::GoStatus, 1, {11, 8, 3}));
  trace.table(1, Records().type(T::Strings).string(1, "here")).end();
  CHECK(scan(trace.bytes(), {}).logs ==
        std::vector<std::string>{"m7 p0 g9 task 0  : here", "m8 p1 g11 task 0  : here"});
}

TEST_CASE("Contexts carry over to an unfinished generation", "[scan]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126, 1);
  trace.clock(2, 2000);
  trace.batch(2, 1, 2000, Records().event(T::UserLog, 5, {0, 4, 5, 0}));
  trace.table(2, Records().type(T::Strings).string(5, "late"));
  QueryOptions options;
  options.goroutines = {1};
  CHECK(scan(trace.bytes(), options).logs.size() == 2);
}

TEST_CASE("Sub-tasks that begin in a generation without matches count", "[scan]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.clock(1, 1000);
  trace.batch(1, 1, 1000,
              Records()
                  .event(T::ProcStatus, 0, {0, 1})
                  .event(T::GoStatus, 0, {1, 1, 2})
                  .event(T::UserTaskBegin, 5, {8, 5, 1, 0}));
  trace.table(1, Records().type(T::Strings).string(1, "task")).end();
  trace.generation(2, 2000).clock(3, 3000);
  trace.batch(
      3, 1, 3000,
      Records().event(T::ProcStatus, 0, {0, 1}).event(T::GoStatus, 0, {1, 1, 2}).event(T::UserLog, 5, {8, 0, 1, 0}));
  trace.table(3, Records().type(T::Strings).string(1, "deep")).end();
  QueryOptions options = message("deep");
  options.tasks = {5};
  CHECK(scan(trace.bytes(), options).logs == std::vector<std::string>{"m1 p0 g1 task 8  : deep"});
  options.tasks = {6};
  CHECK(scan(trace.bytes(), options).logs.empty());
}

TEST_CASE("A gap in the strings of a whole generation is looked into", "[scan]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.clock(1, 1000);
  trace.batch(
      1, 1, 1000,
      Records().event(T::ProcStatus, 0, {0, 1}).event(T::GoStatus, 0, {1, 1, 2}).event(T::UserLog, 5, {0, 1, 2, 0}));
  trace.table(1, Records().type(T::Strings).string(1, "category").string(3, "other")).end();
  const Scanned found = scan(trace.bytes(), message("message"));
  CHECK(found.lost == 1);
  CHECK(found.verdict == Verdict::Complete);
}

TEST_CASE("A malformed event ends its thread, not the search", "[scan]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.clock(1, 1000);
  trace.batch(1, 1, 1000,
              Records().event(T::UserLog, 5, {0, 0, 1, 0}).byte(200).byte(1).event(T::UserLog, 5, {0, 0, 1, 0}));
  trace.batch(1, 2, 1000, Records().event(T::UserLog, 6, {0, 0, 1, 0}));
  trace.table(1, Records().type(T::Strings).string(1, "here")).end();
  trace.generation(2, 2000, "here");
  const Scanned found = scan(trace.bytes(), message("here"));
  CHECK(found.logs.size() == 3);
  CHECK(found.verdict == Verdict::Corrupt);
  CHECK(scan(trace.bytes(), message("not there")).verdict == Verdict::Complete);  // nothing had to be decoded
}

TEST_CASE("Text before the header is passed over, and named", "[scan]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126, 1);
  trace.insert_at(0, "=== RUN   TestMe\n");
  const Scanned found = scan(trace.bytes(), message("message"));
  CHECK(found.logs.size() == 1);
  CHECK(found.salvaged == 0);
  CHECK(found.verdict == Verdict::Corrupt);
}

TEST_CASE("Text behind the trace does not make its last generation a salvaged one", "[scan]") {
  const GoVersion version = GENERATE(from_range(std::begin(kVersions), std::end(kVersions)));
  TraceBuilder trace = whole_trace(version, 2);
  trace.raw("PASS\n");
  const Scanned found = scan(trace.bytes(), message("message"));
  CHECK(found.logs.size() == 2);
  CHECK(found.salvaged == 0);
  CHECK(found.verdict == Verdict::Corrupt);
}

TEST_CASE("An unfinished generation without a frequency uses the one before, or the usual one", "[scan]") {
  const Records log = Records().event(T::UserLog, 10, {0, 4, 5, 0});
  TraceBuilder second = whole_trace(GoVersion::Go123, 1);
  second.batch(2, 1, 5000, log);
  CHECK(scan(second.bytes(), {}).times.back() == 5010);
  TraceBuilder only(GoVersion::Go123);
  only.batch(1, 1, 5000, log);
  LogScan search(open_bytes(only.bytes()), query_for({}), false);
  REQUIRE(search.next());
  REQUIRE(search.size() == 1);
  CHECK(search.from_start(search[0].event.time) == 640);
}

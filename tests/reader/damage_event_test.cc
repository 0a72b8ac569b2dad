// Which bytes give which damage: events, references, the replay, and the checks as far as bytes can break
// them. The damage is in the first of two generations, where no cut explains it.
#include <algorithm>
#include <catch2/catch.hpp>

#include "format/header.h"
#include "tests/support/expect_damage.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using Code = DamageCode;
using T = EventType;

namespace {

const std::string kOverflow = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";

// A generation in which thread 5, with proc 5 and goroutine 5, has `data` behind the log of thread 1; another
// generation follows.
struct WithEvents {
  TraceBuilder trace;
  std::size_t at = 0;     // where `data` begins
  std::size_t index = 0;  // of its batch

  WithEvents(GoVersion version, const Records& data) : trace(version) {
    Records all = Records().event(T::ProcStatus, 1, {5, 1}).event(T::GoStatus, 1, {5, 5, 2});
    const std::size_t head = all.size();
    all.text(data.bytes());
    trace.open_generation(1, 1000).batch(1, 5, 1500, all);
    at = trace.data(trace.batch_count() - 1) + head;
    index = trace.next_index() - 1;
    trace.close_generation(1).generation(2, 3000);
  }

  DamageCase expect(const std::string& name, Code code, Reading reading, std::size_t offset = 0,
                    std::size_t length = 0) const {
    return {name, trace, {code, reading, at + offset, length, 1, index, 5}, "message"};
  }
};

void check_event(const std::string& name, const Records& data, Code code, Reading reading, std::size_t offset = 0,
                 std::size_t length = 0) {
  for (const GoVersion version : kVersions)
    check_case(WithEvents(version, data).expect(name, code, reading, offset, length));
}

}  // namespace

TEST_CASE("A malformed event is told by where it begins", "[damage]") {
  struct Case {
    const char* name;
    Records data;
    Code code;
  };
  const Case cases[] = {
      {"type 0", Records().byte(0).number(1), Code::BadEventType},
      {"type 53", Records().byte(53).number(1), Code::BadEventType},
      {"type 255", Records().byte(255).number(1), Code::BadEventType},
      {"a string among events", Records().string(1, "x"), Code::UntimedEvent},
      {"an end marker among events", Records().type(T::EndOfGeneration), Code::UntimedEvent},
      {"no time", Records().type(T::HeapAlloc), Code::EventCut},
      {"no argument", Records().type(T::HeapAlloc).number(1), Code::EventCut},
      {"cut in an argument", Records().type(T::HeapAlloc).number(1).byte(0x80), Code::EventCut},
      {"time beyond 64 bits", Records().type(T::HeapAlloc).text(kOverflow), Code::EventVarintOverflow},
      {"argument beyond 64 bits", Records().type(T::HeapAlloc).number(1).text(kOverflow), Code::EventVarintOverflow},
  };
  for (const Case& c : cases) {
    // One good event stands before it: the malformed one costs that one, too.
    const std::size_t good = Records().event(T::HeapAlloc, 1, {1}).size();
    Records data = Records().event(T::HeapAlloc, 1, {1}).text(c.data.bytes());
    check_event(c.name, data, c.code, Reading::Event, good, c.data.size());
  }
}

TEST_CASE("A malformed event takes the event before it along", "[damage]") {
  const WithEvents w(GoVersion::Go126, Records().event(T::HeapAlloc, 1, {1}).event(T::HeapAlloc, 1, {2}).byte(0));
  const std::vector<std::string> events = read_trace(w.trace).events;
  CHECK(events.back().find("/memory/classes/heap/objects:bytes=1") != std::string::npos);
}

TEST_CASE("A malformed first event of a thread comes before the generation's Sync", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.batch(1, 9, 1000, Records().byte(0)).generation(1, 1000);
    const ReadResult result = read_trace(trace);
    CHECK(result.events.empty());
    CHECK(result.damage.at(0).code == Code::BadEventType);
  }
}

TEST_CASE("A clock snapshot among events is found as it is tried", "[damage]") {
  check_event("snapshot", Records().record(T::ClockSnapshot, {1, 2, 3, 4}), Code::UntimedEvent, Reading::Order);
}

TEST_CASE("A missing string or stack is found as its event would come out", "[damage]") {
  const Records log = Records().event(T::UserLog, 1, {0, 4, 99, 1});
  check_event("message", log, Code::MissingString, Reading::Event);
  check_event("category", Records().event(T::UserLog, 1, {0, 99, 5, 1}), Code::MissingString, Reading::Event);
  check_event("label", Records().event(T::GoLabel, 1, {99}), Code::MissingString, Reading::Event);
  check_event("reason", Records().event(T::GoBlock, 1, {99, 1}), Code::MissingString, Reading::Event);
  check_event("kind", Records().event(T::STWBegin, 1, {99, 1}), Code::MissingString, Reading::Event);
  check_event("stack", Records().event(T::UserLog, 1, {0, 4, 5, 99}), Code::MissingStack, Reading::Event);
  check_event("new stack", Records().event(T::GoCreate, 1, {70, 99, 1}), Code::MissingStack, Reading::Event);
  check_event("creator's stack", Records().event(T::GoCreate, 1, {70, 1, 99}), Code::MissingStack, Reading::Event);
}

TEST_CASE("A missing name of a task or region is found in the replay", "[damage]") {
  check_event("task", Records().event(T::UserTaskBegin, 1, {7, 0, 99, 1}), Code::MissingString, Reading::Order);
  check_event("region", Records().event(T::UserRegionBegin, 1, {0, 99, 1}), Code::MissingString, Reading::Order);
  check_event("region's end", Records().event(T::UserRegionEnd, 1, {0, 99, 1}), Code::MissingString, Reading::Order);
}

TEST_CASE("The stack of a sample is never looked for", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.table(1, Records().type(T::CPUSamples).record(T::CPUSample, {1100, 1, 0, 1, 99})).generation(1, 1000);
    CHECK(read_trace(trace).verdict == Verdict::Complete);
  }
}

TEST_CASE("An event that can never be is stuck, one that cannot be is broken", "[damage]") {
  check_event("stuck", Records().event(T::GoUnblock, 1, {99, 1, 0}), Code::ReplayStuck, Reading::Order);
  check_event("broken", Records().event(T::GoSyscallEnd, 1), Code::ReplayBroken, Reading::Order);
}

TEST_CASE("A stuck replay says how many wait", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.batch(1, 8, 1100, Records().event(T::GoStart, 1, {88, 1}));
    trace.batch(1, 9, 1200, Records().event(T::GoStart, 1, {99, 1}));
    trace.generation(1, 1000).generation(2, 2000);
    const ReadResult result = read_trace(trace);
    REQUIRE(result.damage.size() == 1);
    CHECK(result.damage[0].code == Code::ReplayStuck);
    CHECK(result.damage[0].thread == 8);
    CHECK(result.damage[0].message ==
          "no thread can go on: GoStart of thread 8 waits for goroutine 88 to be runnable at sequence number 0; "
          "nothing is known of it, and 1 more threads wait");
    CHECK(result.logs == "message");
  }
}

TEST_CASE("What the checks find does not end the read", "[damage]") {
  struct Case {
    const char* name;
    Records data;
    Code code;
    std::size_t event;  // bytes before the one that is told
  };
  const Records stop = Records().event(T::STWBegin, 1, {6, 0});
  const Case cases[] = {
      {"to undetermined", Records().event(T::GoStatus, 1, {70, 5, 0}), Code::TransitionToUndetermined, 0},
      {"two goroutines", Records().event(T::GoStatus, 1, {70, 5, 2}), Code::ThreadBusy, 0},
      {"empty label", Records().event(T::GoLabel, 1, {0}), Code::LabelEmpty, 0},
      {"range twice", Records(stop).event(T::STWBegin, 1, {7, 0}), Code::RangeBegunTwice, stop.size()},
      {"ended in a range", Records(stop).event(T::GoDestroy, 1), Code::EndedWithOpenRange, stop.size()},
      {"task 0", Records().event(T::UserTaskBegin, 1, {0, 0, 4, 0}), Code::TaskIdReserved, 0},
      {"task -1", Records().event(T::UserTaskBegin, 1, {kNoId, 0, 4, 0}), Code::TaskIdReserved, 0},
      {"a frame without a line", Records().event(T::UserLog, 1, {0, 4, 5, 60}), Code::FrameIncomplete, 0},
  };
  for (const GoVersion version : kVersions) {
    for (const Case& c : cases) {
      INFO("go 1." << minor_of(version) << ": " << c.name);
      WithEvents w(version, c.data);
      // Two kinds of one text, and a stack with a frame that lacks its line.
      const std::string more =
          TraceBuilder(version)
              .table(1, Records().type(T::Strings).string(6, "kind").string(7, "kind"))
              .table(1, Records().type(T::Stacks).stack(60, {{0x6000, 1, 2, 1}, {0x6001, 1, 2, 0}}))
              .text()
              .substr(kHeaderSize);
      w.trace.insert_at(w.trace.batch(0), more);
      const ReadResult result = read_trace(w.trace);
      REQUIRE(result.damage.size() == 1);
      const Expected expected{c.code, Reading::Checks, w.at + more.size() + c.event, 0, 1, w.index + 2, 5};
      CHECK(describe(result.damage[0]) == expected.text());
      CHECK(result.verdict == Verdict::Corrupt);
      CHECK(result.generations.size() == 2);
      ReaderOptions unchecked;
      unchecked.check = false;
      CHECK(read_trace(w.trace, unchecked).verdict == Verdict::Complete);
      CHECK(read_trace(w.trace, unchecked).events == result.events);
    }
  }
}

TEST_CASE("A batch that an end marker leads refuses its generation before Go 1.26", "[damage]") {
  for (const GoVersion version : kVersions) {
    if (has_end_markers(version)) continue;
    INFO("go 1." << minor_of(version));
    TraceBuilder trace(version);
    trace.generation(1, 1000).open_generation(2, 2000);
    const std::size_t batch = trace.batch_count();
    trace.batch(2, 5, 2000, Records().type(T::EndOfGeneration).event(T::HeapAlloc, 1, {1}));
    trace.close_generation(2).generation(3, 3000);
    const ReadResult result = read_trace(trace);
    REQUIRE(result.damage.size() == 1);
    const Expected expected{Code::UntimedEvent, Reading::Event, trace.data(batch), 3 + 1, 2, trace.index(batch), 5};
    CHECK(describe(result.damage[0]) == expected.text());
    CHECK(result.logs == "message");
    CHECK(result.events.back().find(" Sync ") != std::string::npos);
  }
}

TEST_CASE("A goroutine that runs in a batch of no thread is found", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.open_generation(1, 1000).batch(1, kNoId, 1500, Records().event(T::GoStatus, 1, {70, kNoId, 2}));
    trace.close_generation(1).generation(2, 3000);
    const ReadResult result = read_trace(trace);
    REQUIRE(result.damage.size() == 1);
    CHECK(result.damage[0].code == Code::ThreadMissing);
  }
}

TEST_CASE("A snapshot's damage is told of the generation that it begins", "[damage]") {
  for (const GoVersion version : {GoVersion::Go125, GoVersion::Go126}) {
    TraceBuilder trace(version);
    trace.generation(1, 2000).generation(2, 1000);  // back in trace time and on the monotonic clock
    const ReadResult result = read_trace(trace);
    REQUIRE(result.damage.size() == 1);
    CHECK(result.damage[0].code == Code::SnapshotNotForward);
    CHECK(result.damage[0].generation == 2);
    CHECK(result.damage[0].offset == trace.batch(4));
    CHECK(result.logs == "message,message");
  }
}

TEST_CASE("A hundred problems are told, and no more", "[damage]") {
  Records data;
  for (int i = 0; i < 150; ++i) data.event(T::GoLabel, 1, {0});
  const ReadResult result = read_trace(WithEvents(GoVersion::Go126, data).trace);
  CHECK(result.damage.size() == 100);
  CHECK(result.logs == "message,message");
}

TEST_CASE("Every code has a name of its own", "[damage]") {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(Code::FrameIncomplete); ++i) {
    const std::string name(damage_code_name(static_cast<Code>(i)));
    CHECK_FALSE(name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
    CHECK(std::count(names.begin(), names.end(), name) == 0);
    names.push_back(name);
  }
}

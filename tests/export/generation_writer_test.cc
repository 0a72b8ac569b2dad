#include "export/generation_writer.h"

#include <catch2/catch.hpp>
#include <string>

#include "crash/repair.h"
#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

// A generation with no more than its tables.
struct Tables {
  Generation generation{GoVersion::Go126, 1, 0};

  explicit Tables(const Records& strings, const Records& stacks) {
    for (const Records* records : {&strings, &stacks}) {
      Batch batch;
      batch.header.type = EventType::EventBatch;
      batch.data = {reinterpret_cast<const std::uint8_t*>(records->bytes().data()), records->size()};
      REQUIRE_FALSE(generation.add(batch));
    }
  }
};

const Records kStrings = Records().type(EventType::Strings).string(1, "main.f").string(2, "f.go").string(9, "waits");
const Records kStacks = Records().type(EventType::Stacks).stack(7, {{100, 1, 2, 12}, {200, 5, 2, 3}});

// What a reader makes of a trace with one generation of these events.
ReadResult read_events(const std::vector<KeptEvent>& events, Time start) {
  const Tables tables(kStrings, kStacks);
  std::string bytes;
  TraceWriter writer(GoVersion::Go126, [&bytes](std::string_view part) {
    bytes += part;
    return true;
  });
  GenerationWriter generation(writer, tables.generation);
  REQUIRE(generation.begin({1, start, ClockSnapshot{start, 1, 1, 1}, std::nullopt}));
  for (const KeptEvent& event : events) REQUIRE(generation.add(event));
  REQUIRE(generation.finish());
  REQUIRE(writer.finish("mark"));
  return read_trace(Bytes(bytes.begin(), bytes.end()));
}

// Goroutine 1 of thread 5 blocks, for the reason of that string, with that stack.
std::vector<KeptEvent> scene(Time start, std::uint64_t reason, std::uint64_t stack) {
  return {{5, kNone, EventType::ProcStatus, start + 1, {0, 1}},
          {5, 0, EventType::GoStatus, start + 2, {1, 5, 2}},
          {5, 0, EventType::GoBlock, start + 3, {reason, stack}}};
}

// Each generation of a trace, made anew of its events.
Bytes made_anew(const Bytes& bytes) {
  const RepairSurvey survey = survey_for_repair(open_bytes(bytes));
  std::string out;
  TraceWriter writer(survey.generations.front().version, [&out](std::string_view part) {
    out += part;
    return true;
  });
  GenerationFeed feed(open_bytes(bytes), survey);
  Replay state;
  while (feed.next()) {
    const Generation& generation = feed.generation();
    SalvagedOrder order(generation, state);
    GenerationWriter anew(writer, generation);
    REQUIRE(anew.begin({generation.id(), generation.start(), generation.clock_snapshot(), std::nullopt}));
    for (const ExperimentalBatch& batch : generation.experimental_batches()) REQUIRE(anew.add(batch));
    while (order.next()) {
      REQUIRE(order.replayed());
      const OrderedEvent& event = order.event();
      if (!order.begins_wire_event()) continue;
      if (event.type == EventType::CPUSample) {
        anew.add(CpuSample{event.time, event.thread, event.proc, event.goroutine, event.args[0]});
        continue;
      }
      const ProcId proc = order.replay().facts_of_thread(order.wire_thread()).proc;
      REQUIRE(anew.add({order.wire_thread(), proc, order.wire_event().type, event.time, order.wire_event().args}));
    }
    REQUIRE(anew.finish());
    state = order.replay();
  }
  REQUIRE(writer.finish("mark"));
  return {out.begin(), out.end()};
}

// Without what may differ by some ns, as events of one time may be moved apart by more or less.
std::vector<std::string> without_times(std::vector<std::string> events) {
  for (std::string& event : events) event.erase(0, event.find(' '));
  return events;
}

}  // namespace

TEST_CASE("Whole generations that are made anew have the same events in the same order", "[generation_writer]") {
  for (const Fixture& fixture : fixtures("ok", 64 * 1024)) {
    INFO(fixture.name);
    const ReadResult before = read_trace(fixture.bytes);
    if (before.verdict != Verdict::Complete || fixture.name.find(".trace.") != std::string::npos) continue;
    const ReadResult after = read_trace(made_anew(fixture.bytes));
    CHECK(after.verdict == Verdict::Complete);
    for (const Damage& damage : after.damage) CHECK(describe(damage).empty());
    CHECK(without_times(after.events) == without_times(before.events));
  }
}

TEST_CASE("Sequence numbers count from a status or a creation on, per goroutine and per proc", "[generation_writer]") {
  SequenceNumbers numbers(std::nullopt);
  const auto number = [&numbers](EventType type, EventArgs args, std::size_t index, ProcId proc = 3) {
    KeptEvent event{1, proc, type, 0, args};
    numbers.renumber(event);
    return event.args[index];
  };
  number(EventType::GoCreate, {7, 0, 0}, 0);
  CHECK(number(EventType::GoStart, {7, 90}, 1) == 1);
  CHECK(number(EventType::GoUnblock, {7, 90, 0}, 1) == 2);
  CHECK(number(EventType::GoSwitch, {8, 90}, 1) == 1);
  number(EventType::GoStatus, {7, 1, 2}, 0);
  CHECK(number(EventType::GoSwitchDestroy, {7, 90}, 1) == 1);
  number(EventType::ProcStatus, {3, 1}, 0);
  CHECK(number(EventType::GoSyscallBegin, {90, 0}, 0) == 1);
  CHECK(number(EventType::ProcSteal, {3, 90, 1}, 1) == 2);
  CHECK(number(EventType::ProcStart, {3, 90}, 1) == 3);
  CHECK(number(EventType::ProcStart, {4, 90}, 1) == 1);
}

TEST_CASE("The GC's numbers go on from the last one, or from the first that is met", "[generation_writer]") {
  SequenceNumbers fresh(std::nullopt);
  SequenceNumbers known(41);
  KeptEvent event{1, 1, EventType::GCBegin, 0, {90, 0}};
  fresh.renumber(event);
  CHECK(event.args[0] == 90);
  event = {1, 1, EventType::GCEnd, 0, {95}};
  fresh.renumber(event);
  CHECK(event.args[0] == 91);
  known.renumber(event);
  CHECK(event.args[0] == 42);
  CHECK(known.gc() == 42);
}

TEST_CASE("What is lost is named as lost", "[generation_writer]") {
  const Time start = 1000;
  CHECK_THAT(read_events(scene(start, 9, 7), start).events.at(3),
             Catch::Contains("waits") && Catch::Contains("main.f") && Catch::Contains("string#5 (lost)"));
  CHECK_THAT(read_events(scene(start, 33, 44), start).events.at(3),
             Catch::Contains("string#33 (lost)") && Catch::Contains("stack#44 (lost)"));
}

TEST_CASE("Times keep their order however large they are, and never step back", "[generation_writer]") {
  for (const Time start : {Time{1}, Time{1} << 52, (Time{1} << 53) - 2, (Time{1} << 60) + 1023}) {
    INFO(start);
    const ReadResult result = read_events(scene(start, 9, 7), start);
    CHECK(result.verdict == Verdict::Complete);
    REQUIRE(result.events.size() == 5);
    CHECK(result.events[3].starts_with(std::to_string(start + 3) + " "));
  }
  std::vector<KeptEvent> events = scene(1000, 9, 7);
  events[1].time = 500;
  events[2].time = -1;
  const ReadResult result = read_events(events, 1000);
  CHECK(result.verdict == Verdict::Complete);
  CHECK(result.events.at(3).starts_with("1003 "));
}

TEST_CASE("A thread's events go into as many batches as they need", "[generation_writer]") {
  std::vector<KeptEvent> events = scene(1000, 9, 7);
  events.pop_back();
  for (Time i = 0; i < 20000; ++i) events.push_back({5, 0, EventType::HeapAlloc, 2000 + i, {~0ULL >> 1U}});
  const ReadResult result = read_events(events, 1000);
  CHECK(result.verdict == Verdict::Complete);
  CHECK(result.events.size() == 20000 + 4);
  CHECK(result.generations.at(0).batches >= 4);
}

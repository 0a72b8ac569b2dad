// The order of events where the replay cannot go on by itself.
#include "crash/salvaged_order.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "format/event_table.h"
#include "tests/support/broken_generation.h"
#include "tests/support/replay_scenario.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

// Begins after `time`, with a status that needs nothing.
Records appear(std::uint64_t time, std::uint64_t goroutine, GoStatusArg status = kRunnable) {
  return Records().event(T::GoStatus, time, {goroutine, kNoId, status});
}

TraceBuilder trace_of(const std::vector<Records>& threads) {
  TraceBuilder trace(GoVersion::Go126);
  for (std::size_t i = 0; i < threads.size(); ++i) trace.batch(1, i + 1, 1, threads[i]);
  return trace;
}

std::string number(std::int64_t id) { return id == kNone ? "-" : std::to_string(id); }

// As "TIME mTHREAD TYPE".
std::string text(const SalvagedOrder& order) {
  const OrderedEvent& event = order.event();
  return std::to_string(event.time) + " m" + number(event.thread) + " " + event_type_name(event.type);
}

std::vector<std::string> all(SalvagedOrder& order) {
  std::vector<std::string> events;
  while (order.next()) events.push_back(text(order));
  return events;
}

struct Salvaged {
  explicit Salvaged(const TraceBuilder& trace, GivenOut given_out = {})
      : generation(broken_generation(trace)), order(*generation, replay(), std::move(given_out)) {}
  static Replay replay() {
    Replay replay;
    replay.begin_generation(1);
    return replay;
  }
  std::unique_ptr<Generation> generation;
  SalvagedOrder order;
};

using Lines = std::vector<std::string>;

// Thread 1 runs goroutine 5 on proc 0.
Records running() {
  return Records().event(T::ProcStatus, 10, {0, kProcRunning}).event(T::GoStatus, 10, {5, 1, kRunning});
}

}  // namespace

TEST_CASE("events that can happen come by their times, replayed", "[salvaged_order]") {
  Salvaged s(trace_of({appear(10, 5).event(T::GoStatus, 20, {6, kNoId, 1}), appear(20, 7)}));
  CHECK(all(s.order) == Lines{"11 m1 GoStatus", "21 m2 GoStatus", "31 m1 GoStatus"});
  CHECK(s.order.replayed());
}

TEST_CASE("an event that waits for another comes behind it, replayed", "[salvaged_order]") {
  Salvaged s(trace_of({Records().event(T::GoUnblock, 10, {5, 1, 0}), appear(30, 5, kWaiting)}));
  CHECK(all(s.order) == Lines{"31 m2 GoStatus", "11 m1 GoUnblock"});
  CHECK(s.order.replayed());
}

TEST_CASE("an event is bridged once no other can go on, and from it on nothing counts as replayed",
          "[salvaged_order]") {
  const Records woken = appear(10, 5).event(T::GoUnblock, 10, {6, 4, 0}).event(T::GoStatus, 20, {8, kNoId, kRunnable});
  Salvaged s(trace_of({woken, appear(30, 7)}));
  REQUIRE((s.order.next() && s.order.next()));
  CHECK(text(s.order) == "31 m2 GoStatus");
  CHECK(s.order.replayed());
  CHECK(s.order.made_up().empty());
  REQUIRE(s.order.next());
  CHECK(text(s.order) == "21 m1 GoUnblock");
  CHECK_FALSE(s.order.replayed());
  CHECK_FALSE(s.order.out_of_order());
  CHECK_FALSE(s.order.made_up().empty());
  REQUIRE(s.order.next());
  CHECK(text(s.order) == "41 m1 GoStatus");
  CHECK_FALSE(s.order.replayed());
  CHECK(s.order.made_up().empty());
  CHECK_FALSE(s.order.next());
}

TEST_CASE("what nothing can lead up to comes as it stands, in its place by time, and changes nothing",
          "[salvaged_order]") {
  const std::uint64_t no_status = 9;
  Salvaged s(
      trace_of({running().event(T::GoStatus, 10, {5, 1, no_status}).event(T::HeapAlloc, 20, {1}), appear(40, 7)}));
  REQUIRE((s.order.next() && s.order.next() && s.order.next()));
  CHECK(text(s.order) == "31 m1 GoStatus");
  CHECK(s.order.out_of_order());
  CHECK_FALSE(s.order.replayed());
  CHECK(s.order.replay().facts_of_goroutine(5)->status == GoStatusCode::Running);
  REQUIRE(s.order.next());
  CHECK(text(s.order) == "41 m2 GoStatus");
  CHECK_FALSE(s.order.out_of_order());
  REQUIRE(s.order.next());
  CHECK(text(s.order) == "51 m1 HeapAlloc");
  CHECK_FALSE(s.order.out_of_order());
}

TEST_CASE("of events that all are stuck the earliest is bridged, which may free the others", "[salvaged_order]") {
  Salvaged s(trace_of({Records().event(T::GoUnblock, 200, {6, 2, 0}).event(T::HeapAlloc, 9, {1}),
                       Records().event(T::GoUnblock, 100, {6, 1, 0}), Records().event(T::GoUnblock, 150, {7, 1, 0})}));
  CHECK(all(s.order) == Lines{"101 m2 GoUnblock", "151 m3 GoUnblock", "201 m1 GoUnblock", "210 m1 HeapAlloc"});
}

TEST_CASE("a thread's events keep their order and get times above the one before", "[salvaged_order]") {
  Records data = appear(10, 5);
  for (std::uint64_t i = 0; i < 3; ++i) data.event(T::GoStatus, 0, {6 + i, kNoId, 1});
  Salvaged s(trace_of({data, appear(10, 20)}));
  std::vector<std::string> first;
  for (const std::string& event : all(s.order)) {
    if (event.find("m1") != std::string::npos) first.push_back(event);
  }
  CHECK(first == Lines{"11 m1 GoStatus", "12 m1 GoStatus", "13 m1 GoStatus", "14 m1 GoStatus"});
}

TEST_CASE("a thread's batches whose times go back keep their order", "[salvaged_order]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.batch(1, 1, 500, appear(10, 5)).batch(1, 1, 100, appear(10, 6).event(T::HeapAlloc, 1, {1}));
  Salvaged s(trace);
  std::vector<std::int64_t> goroutines;
  Time last = 0;
  while (s.order.next()) {
    CHECK(s.order.event().time > last);
    last = s.order.event().time;
    goroutines.push_back(s.order.event().resource.id);
  }
  CHECK(goroutines == std::vector<std::int64_t>{5, 6, kNone});
}

TEST_CASE("every event on the wire comes once, also one that stands for three, and says how it stands there",
          "[salvaged_order]") {
  Salvaged s(trace_of({running().event(T::GoSwitch, 10, {6, 3}).event(T::GoSwitch, 10, {5, 8})}));
  Lines wire;
  std::size_t count = 0;
  while (s.order.next()) {
    ++count;
    if (!s.order.begins_wire_event()) continue;
    const RawEvent& event = s.order.wire_event();
    CHECK(s.order.wire_thread() == 1);
    wire.push_back(std::to_string(event.offset) + " " + event_type_name(event.type) + " " +
                   std::to_string(event.args[0]));
  }
  CHECK(wire == Lines{"0 ProcStatus 0", "4 GoStatus 5", "9 GoSwitch 6", "13 GoSwitch 5"});
  CHECK(count == 2 + 3 + 3);
}

TEST_CASE("ids that were made up are nobody's", "[salvaged_order]") {
  Salvaged s(trace_of({Records().event(T::GoBlock, 10, {0, 0})}));
  REQUIRE(s.order.next());
  CHECK(text(s.order) == "11 m1 GoBlock");
  CHECK(s.order.event().proc == kNone);
  CHECK(s.order.event().goroutine == kNone);
  CHECK(s.order.event().resource.id == kNone);
}

TEST_CASE("what came out before does not come again", "[salvaged_order]") {
  GivenOut given_out;
  given_out.next[1] = {static_cast<std::uint32_t>(appear(10, 5).size()), 0};  // behind the first event
  given_out.next[2] = {0, 1};                                                 // behind the first batch
  TraceBuilder trace = trace_of({appear(10, 5).event(T::GoStatus, 20, {6, kNoId, 1}), appear(20, 7)});
  trace.batch(1, 2, 50, appear(10, 8));
  Salvaged s(trace, given_out);
  CHECK(all(s.order) == Lines{"31 m1 GoStatus", "60 m2 GoStatus"});
  CHECK(s.order.replay().facts_of_goroutine(7));
}

TEST_CASE("behind a malformed event its batch is passed over, and the thread's next one goes on", "[salvaged_order]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.batch(1, 1, 1, appear(10, 5).byte(0xff).event(T::HeapAlloc, 1, {1})).batch(1, 1, 50, appear(10, 6));
  Salvaged s(trace);
  CHECK(all(s.order) == Lines{"11 m1 GoStatus", "60 m1 GoStatus"});
  REQUIRE(s.order.passed_over().size() == 1);
  CHECK(s.order.passed_over()[0].offset == trace.data(0) + appear(10, 5).size());
  CHECK(s.order.passed_over()[0].length == 4);
}

TEST_CASE("CPU samples come in their place by time, but for those that came before", "[salvaged_order]") {
  const std::size_t before = GENERATE(0U, 1U);
  TraceBuilder trace = trace_of({appear(10, 5).event(T::GoUnblock, 30, {6, 4, 0})});
  trace.table(
      1, Records().type(T::CPUSamples).record(T::CPUSample, {5, 1, 0, 5, 0}).record(T::CPUSample, {20, 1, 0, 5, 0}));
  GivenOut given_out;
  given_out.samples = before;
  Salvaged s(trace, given_out);
  Lines expected = {"5 m1 CPUSample", "11 m1 GoStatus", "20 m1 CPUSample", "41 m1 GoUnblock"};
  if (before == 1) expected.erase(expected.begin());
  CHECK(all(s.order) == expected);
}

TEST_CASE("an event as it stands says which states it goes between, with its thread's context", "[salvaged_order]") {
  RawEvent event;
  event.type = T::GoSwitchDestroy;
  event.args = {7, 1};
  const OrderedEvents out = as_it_stands(event, {1, 2, 3});
  REQUIRE(out.count == 3);
  CHECK(out.events[0].resource.id == 7);
  CHECK(out.events[0].from == State::Waiting);
  CHECK(out.events[1].type == T::GoDestroy);
  CHECK(out.events[1].resource.id == 3);
  CHECK(out.events[1].to == State::NotExist);
  CHECK(out.events[2].type == T::GoStart);
  CHECK(out.events[2].to == State::Running);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(out.events[i].thread == 1);
    CHECK(out.events[i].proc == 2);
  }
}

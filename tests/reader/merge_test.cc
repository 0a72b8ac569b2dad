// FORMAT.md section 6, steps 0 to 4: which thread's event comes next. Through the whole reader; the events
// are statuses of goroutines, which need no context, and wake-ups, which may have to wait. Expected orders
// are worked out from the rules, those of many threads are what the reference prints.
#include "reader/merge.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

struct Step {
  enum Kind { Appear, Wake, Sleep } kind = Appear;
  std::uint64_t time = 0;
  std::uint64_t goroutine = 0;
};

Step appear(std::uint64_t time, std::uint64_t goroutine) { return {Step::Appear, time, goroutine}; }
// Waits for sleep() of the same goroutine.
Step wake(std::uint64_t time, std::uint64_t goroutine) { return {Step::Wake, time, goroutine}; }
Step sleep(std::uint64_t time, std::uint64_t goroutine) { return {Step::Sleep, time, goroutine}; }

using Thread = std::vector<Step>;

Records records(const Thread& steps) {
  Records data;
  std::uint64_t last = steps.empty() ? 0 : steps.front().time;
  for (const Step& step : steps) {
    const std::uint64_t delta = step.time - last;
    last = step.time;
    switch (step.kind) {
      case Step::Appear: data.event(T::GoStatus, delta, {step.goroutine, kNoId, 1}); break;
      case Step::Sleep: data.event(T::GoStatus, delta, {step.goroutine, kNoId, 4}); break;
      case Step::Wake: data.event(T::GoUnblock, delta, {step.goroutine, 1, 0}); break;
    }
  }
  return data;
}

struct Sample {
  std::uint64_t time, thread;
};

TraceBuilder built(const std::vector<Thread>& threads, const std::vector<Sample>& samples = {}) {
  TraceBuilder trace(GoVersion::Go123);
  for (std::size_t m = 0; m < threads.size(); ++m) {
    const std::uint64_t time = threads[m].empty() ? 1 : threads[m].front().time;
    trace.batch(1, m + 1, time, records(threads[m]));
  }
  if (!samples.empty()) {
    Records data;
    data.type(T::CPUSamples);
    for (const Sample& s : samples) data.record(T::CPUSample, {s.time, s.thread, 0, 0, 0});
    trace.table(1, data);
  }
  return trace.clock(1, 0).table(1, Records().type(T::Strings));
}

// The goroutines in the order of events, samples as "mTHREAD"; then the damage, if any.
std::string order_of(const TraceBuilder& trace) {
  std::string result;
  Reader reader(open_bytes(trace.bytes()));
  auto add = [&result](const std::string& text) { result += (result.empty() ? "" : " ") + text; };
  while (const Event* event = reader.next()) {
    if (const auto* t = event->as<StateTransition>()) add(std::to_string(t->resource.id));
    if (event->as<StackSample>() != nullptr) add("m" + std::to_string(event->thread));
  }
  for (const Damage& d : reader.damage()) add(std::string(damage_code_name(d.code)));
  return result;
}

std::string order(const std::vector<Thread>& threads, const std::vector<Sample>& samples = {}) {
  return order_of(built(threads, samples));
}

}  // namespace

TEST_CASE("The thread with the earliest event comes next", "[merge]") {
  CHECK(order({{appear(10, 1), appear(40, 4)}, {appear(20, 2), appear(30, 3)}}) == "1 2 3 4");
  CHECK(order({{appear(40, 4)}, {appear(30, 3)}, {appear(20, 2)}, {appear(10, 1)}}) == "1 2 3 4");
}

TEST_CASE("A thread's own order counts more than times", "[merge]") {
  TraceBuilder trace(GoVersion::Go123);
  trace.batch(1, 1, 50, records({appear(50, 1)}));
  trace.batch(1, 1, 10, records({appear(10, 2)}));
  trace.batch(1, 2, 20, records({appear(20, 3)}));
  trace.clock(1, 0).table(1, Records().type(T::Strings));
  CHECK(order_of(trace) == "3 1 2");
}

TEST_CASE("A thread stays on top while others are not strictly earlier", "[merge]") {
  CHECK(order({{appear(10, 1), appear(10, 2), appear(10, 3)}, {appear(10, 4)}}) == "1 2 3 4");
}

TEST_CASE("Sifting up stops at a parent that is not later", "[merge]") {
  CHECK(order({{appear(20, 1)}, {appear(10, 2), appear(30, 4)}, {appear(10, 3), appear(30, 5)}}) == "2 3 1 4 5");
}

TEST_CASE("Sifting down takes the left of two equals", "[merge]") {
  CHECK(order({{appear(10, 1), appear(30, 4)}, {appear(20, 2), appear(40, 5)}, {appear(20, 3), appear(50, 6)}}) ==
        "1 2 3 4 5 6");
}

TEST_CASE("A drained thread's place is taken by the last of the heap", "[merge]") {
  CHECK(order({{appear(10, 1)}, {appear(10, 2)}, {appear(10, 3)}}) == "1 3 2");
  CHECK(order({{appear(10, 1)}, {appear(10, 2)}, {appear(10, 3)}, {appear(10, 4)}}) == "1 4 3 2");
}

TEST_CASE("Threads without events take no part", "[merge]") {
  CHECK(order({{}, {appear(10, 1)}, {}, {appear(5, 2)}}) == "2 1");
  CHECK(order({{}, {}}) == "no_generation");
}

TEST_CASE("An event that cannot be yet lets later ones go first", "[merge]") {
  CHECK(order({{wake(10, 9)}, {appear(20, 1), appear(30, 2), sleep(40, 9)}}) == "1 2 9 9");
  CHECK(order({{wake(10, 9), appear(11, 1)}, {sleep(40, 9), appear(41, 2)}}) == "9 9 1 2");
}

TEST_CASE("Behind a stuck top the others are tried by time, equals as they stand", "[merge]") {
  CHECK(order({{wake(10, 9)}, {appear(30, 1)}, {appear(20, 2)}, {appear(20, 3)}, {sleep(40, 9)}}) == "3 2 1 9 9");
}

TEST_CASE("A thread drained inside the heap is lifted to the root first", "[merge]") {
  CHECK(order({{wake(10, 9)}, {appear(20, 1)}, {appear(20, 2)}, {appear(20, 3)}, {sleep(40, 9)}}) == "1 3 2 9 9");
}

TEST_CASE("Two that wait for each other are stuck, and all after them", "[merge]") {
  CHECK(order({{wake(10, 8), sleep(11, 9)}, {wake(20, 9), sleep(21, 8)}, {appear(30, 1)}}) == "1 replay_stuck");
}

TEST_CASE("A sample comes before a thread's event only if it is strictly earlier", "[merge]") {
  CHECK(order({{appear(10, 1), appear(20, 2)}}, {{10, 7}, {15, 8}, {20, 9}, {99, 6}}) == "1 m7 m8 2 m9 m6");
}

TEST_CASE("Samples are sorted by time, equals as they were read", "[merge]") {
  CHECK(order({{appear(50, 1)}}, {{30, 3}, {10, 1}, {20, 2}, {10, 4}, {10, 5}}) == "m1 m4 m5 m2 m3 1");
}

TEST_CASE("A sample is earlier than a stuck event, whatever can go first", "[merge]") {
  CHECK(order({{wake(10, 9)}, {sleep(40, 9)}}, {{5, 1}, {10, 2}, {30, 3}}) == "m1 9 9 m2 m3");
}

TEST_CASE("Beyond twelve threads ties fall as the reference's sort lets them", "[merge]") {
  // All are at one time behind a stuck top, so that every step sorts them anew.
  std::vector<Thread> threads = {{wake(5, 999)}};
  for (std::uint64_t m = 1; m <= 20; ++m) threads.push_back({appear(10, m), appear(10, 100 + m)});
  threads.push_back({sleep(50, 999)});
  CHECK(order(threads) ==
        "1 101 10 110 9 109 8 108 15 115 20 120 18 118 6 106 2 102 16 116 3 103 4 104 19 119 13 113 12 112 11 "
        "111 7 107 5 105 14 114 17 117 999 999");
  threads[1].push_back(appear(20, 200));
  threads[7].push_back(appear(10, 300));
  threads[20].push_back(appear(10, 400));
  CHECK(order(threads) ==
        "1 101 10 110 3 103 9 109 8 108 20 120 400 19 119 16 116 6 106 12 112 7 107 300 11 111 14 114 18 118 "
        "17 117 13 113 15 115 5 105 2 102 4 104 200 999 999");
}

TEST_CASE("Beyond twelve samples ties fall as the reference's sort lets them", "[merge]") {
  std::vector<Sample> samples;
  for (std::uint64_t m = 1; m <= 40; ++m) samples.push_back({m % 3 + 10, m});
  CHECK(order({{appear(99, 1)}}, samples) ==
        "m15 m39 m3 m36 m33 m6 m30 m27 m9 m24 m21 m12 m18 m31 m4 m16 m40 m13 m19 m37 m28 m22 m34 m10 m25 m1 "
        "m7 m8 m29 m14 m26 m32 m5 m23 m35 m11 m20 m38 m2 m17 1");
}

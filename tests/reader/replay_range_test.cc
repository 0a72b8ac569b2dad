// FORMAT.md section 6, rows STWBegin to GCEnd.
#include <catch2/catch.hpp>

#include "tests/support/replay_scenario.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

Scenario with_goroutine() {
  Scenario s;
  s.running(1, 0, 10);
  return s;
}

}  // namespace

TEST_CASE("A stop of the world reports at its end the kind of its begin", "[replay]") {
  Scenario s = with_goroutine();
  CHECK(s.tries(1, T::STWBegin, {7, 0}) == "STWBegin m1 p0 g10");
  CHECK(s.tries(1, T::STWEnd) == "STWEnd m1 p0 g10");
  CHECK(s.out().events[0].args[0] == 7);
  CHECK(s.tries(1, T::STWEnd) == "broken");
}

TEST_CASE("The first open stop ends, and the last one takes its place", "[replay]") {
  Scenario s = with_goroutine();
  for (const std::uint64_t kind : {7, 8, 9}) s.happens(1, T::STWBegin, {kind, 0});
  for (const std::uint64_t kind : {7, 9, 8}) {
    s.happens(1, T::STWEnd);
    CHECK(s.out().events[0].args[0] == kind);
  }
}

TEST_CASE("A range cannot begin twice on a goroutine, but stops of another kind are others", "[replay]") {
  Scenario s = with_goroutine();
  SECTION("stop of the world") {
    s.happens(1, T::STWBegin, {7, 0});
    s.happens(1, T::STWBegin, {8, 0});
    CHECK(s.tries(1, T::STWBegin, {7, 0}) == "broken");
  }
  SECTION("mark assist") {
    s.happens(1, T::GCMarkAssistBegin, {3});
    s.happens(1, T::STWBegin, {0, 0});
    CHECK(s.tries(1, T::GCMarkAssistBegin, {4}) == "broken");
  }
}

TEST_CASE("A mark assist ends once, and not by the end of a stop", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::GCMarkAssistBegin, {0});
  CHECK(s.tries(1, T::STWEnd) == "broken");
  CHECK(s.tries(1, T::GCMarkAssistEnd) == "GCMarkAssistEnd m1 p0 g10");
  CHECK(s.tries(1, T::GCMarkAssistEnd) == "broken");
}

TEST_CASE("GCMarkAssistActive opens the range in the first generation and confirms it later", "[replay]") {
  Scenario s = with_goroutine();
  CHECK(s.tries(1, T::GCMarkAssistActive, {77}) == "broken");
  CHECK(s.tries(2, T::GCMarkAssistActive, {10}) == "GCMarkAssistActive m2 p- g-");
  SECTION("twice in the first") { CHECK(s.tries(2, T::GCMarkAssistActive, {10}) == "broken"); }
  SECTION("later, open") {
    s.generation(2);
    CHECK(s.tries(2, T::GCMarkAssistActive, {10}) == "GCMarkAssistActive m2 p- g-");
    CHECK(s.tries(1, T::GCMarkAssistEnd) == "GCMarkAssistEnd m1 p0 g10");
    CHECK(s.tries(2, T::GCMarkAssistActive, {10}) == "broken");
  }
}

TEST_CASE("A sweep is on the thread's proc, once", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  CHECK(s.tries(1, T::GCSweepEnd, {1, 2}) == "broken");
  CHECK(s.tries(1, T::GCSweepBegin, {0}) == "GCSweepBegin m1 p0 g-");
  CHECK(s.tries(1, T::GCSweepBegin, {0}) == "broken");
  CHECK(s.tries(1, T::GCSweepEnd, {1, 2}) == "GCSweepEnd m1 p0 g-");
  CHECK(s.tries(1, T::GCSweepEnd, {1, 2}) == "broken");
}

TEST_CASE("GCSweepActive opens the range in the first generation and confirms it later", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  CHECK(s.tries(1, T::GCSweepActive, {9}) == "broken");
  CHECK(s.tries(2, T::GCSweepActive, {0}) == "GCSweepActive m2 p- g-");
  SECTION("twice in the first") { CHECK(s.tries(2, T::GCSweepActive, {0}) == "broken"); }
  SECTION("later, open") {
    s.generation(2);
    CHECK(s.tries(2, T::GCSweepActive, {0}) == "GCSweepActive m2 p- g-");
    CHECK(s.tries(1, T::GCSweepEnd, {1, 2}) == "GCSweepEnd m1 p0 g-");
    CHECK(s.tries(2, T::GCSweepActive, {0}) == "broken");
  }
}

TEST_CASE("GCActive in the first generation tells of a GC, in any context, before all else of the GC", "[replay]") {
  Scenario s;
  CHECK(s.tries(kNone, T::GCActive, {41}) == "GCActive m- p- g-");
  CHECK(s.tries(kNone, T::GCActive, {42}) == "broken");
}

TEST_CASE("GCBegin in an undetermined state is taken in any context, with any number", "[replay]") {
  Scenario s;
  CHECK(s.tries(kNone, T::GCBegin, {41, 0}) == "GCBegin m- p- g-");
  CHECK(s.tries(kNone, T::GCActive, {42}) == "broken");
}

TEST_CASE("GC events count up by one", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::GCBegin, {5, 0});
  CHECK(s.tries(1, T::GCEnd, {5}) == "not yet");
  CHECK(s.tries(1, T::GCEnd, {7}) == "not yet");
  CHECK(s.tries(1, T::GCEnd, {6}) == "GCEnd m1 p0 g10");
  CHECK(s.tries(1, T::GCBegin, {8, 0}) == "not yet");
  CHECK(s.tries(1, T::GCBegin, {7, 0}) == "GCBegin m1 p0 g10");
}

TEST_CASE("GCBegin breaks the trace while a GC is on, GCEnd while none is", "[replay]") {
  Scenario s = with_goroutine();
  SECTION("on") {
    s.happens(1, T::GCBegin, {5, 0});
    CHECK(s.tries(1, T::GCBegin, {6, 0}) == "broken");
  }
  SECTION("off") {
    s.happens(1, T::GCBegin, {5, 0});
    s.happens(1, T::GCEnd, {6});
    CHECK(s.tries(1, T::GCEnd, {7}) == "broken");
  }
  SECTION("undetermined") {
    CHECK(s.tries(1, T::GCEnd, {7}) == "not yet");
    CHECK(s.tries(1, T::GCEnd, {1}) == "broken");
  }
}

TEST_CASE("GCBegin needs a goroutine once the GC's state is known", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.happens(1, T::GCActive, {1});
  s.running(2, 1, 20);
  s.happens(2, T::GCEnd, {2});
  CHECK(s.tries(1, T::GCBegin, {4, 0}) == "not yet");
  CHECK(s.tries(1, T::GCBegin, {3, 0}) == "broken");
}

TEST_CASE("GCActive later confirms a GC that is on, and counts", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::GCBegin, {5, 0});
  SECTION("on") {
    s.generation(2);
    CHECK(s.tries(1, T::GCActive, {5}) == "not yet");
    CHECK(s.tries(1, T::GCActive, {6}) == "GCActive m1 p0 g10");
    CHECK(s.tries(1, T::GCEnd, {7}) == "GCEnd m1 p0 g10");
  }
  SECTION("on, but without a goroutine") {
    s.generation(2);
    CHECK(s.tries(2, T::GCActive, {6}) == "broken");
  }
  SECTION("off") {
    s.happens(1, T::GCEnd, {6});
    s.generation(2);
    CHECK(s.tries(1, T::GCActive, {8}) == "not yet");
    CHECK(s.tries(1, T::GCActive, {7}) == "broken");
  }
}

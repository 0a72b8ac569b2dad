// FORMAT.md section 6, rows HeapAlloc to UserRegionEnd, and what of their names is kept over generations.
#include <catch2/catch.hpp>

#include "tests/support/replay_scenario.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

Scenario with_goroutine() {
  Scenario s;
  s.running(1, 0, 10);
  s.name(1, "one");
  s.name(2, "two");
  return s;
}

}  // namespace

TEST_CASE("Annotations and metrics pass with their context and arguments", "[replay]") {
  Scenario s = with_goroutine();
  CHECK(s.tries(1, T::ProcsChange, {4, 0}) == "ProcsChange m1 p0 g10");
  CHECK(s.tries(1, T::HeapGoal, {123}) == "HeapGoal m1 p0 g10");
  CHECK(s.out().events[0].args[0] == 123);
  CHECK(s.tries(1, T::GoLabel, {1}) == "GoLabel m1 p0 g10");
  CHECK(s.tries(1, T::UserLog, {0, 1, 2, 0}) == "UserLog m1 p0 g10");
  CHECK(s.tries(1, T::SpanAlloc, {1, 2, 3}) == "SpanAlloc m1 p0 g10");
}

TEST_CASE("A log's and a label's strings are no matter of the replay", "[replay]") {
  Scenario s = with_goroutine();
  CHECK(s.tries(1, T::UserLog, {0, 98, 99, 0}) == "UserLog m1 p0 g10");
  CHECK(s.tries(1, T::GoLabel, {99}) == "GoLabel m1 p0 g10");
}

TEST_CASE("A task's end tells the parent and name of its begin", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::UserTaskBegin, {7, 3, 1, 0});
  CHECK(s.out().events[0].args[1] == 3);
  s.happens(1, T::UserTaskEnd, {7, 0});
  CHECK(s.out().events[0].task_parent == 3);
  CHECK(s.out().events[0].task_type == "one");
}

TEST_CASE("A task's parent 0 means none", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::UserTaskBegin, {7, 0, 1, 0});
  CHECK(s.out().events[0].args[1] == kNoTask);
  s.happens(1, T::UserTaskEnd, {7, 0});
  CHECK(s.out().events[0].task_parent == kNoTask);
}

TEST_CASE("A task that is not known may end, even twice", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::UserTaskBegin, {7, 3, 1, 0});
  s.happens(1, T::UserTaskEnd, {7, 0});
  s.happens(1, T::UserTaskEnd, {7, 0});
  CHECK(s.out().events[0].task_parent == kNoTask);
  CHECK(s.out().events[0].task_type.empty());
}

TEST_CASE("A task cannot begin while it is active, but again after its end", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::UserTaskBegin, {7, 0, 1, 0});
  SECTION("active") { CHECK(s.tries(1, T::UserTaskBegin, {7, 0, 1, 0}) == "broken"); }
  SECTION("ended") {
    s.happens(1, T::UserTaskEnd, {7, 0});
    CHECK(s.tries(1, T::UserTaskBegin, {7, 0, 1, 0}) == "UserTaskBegin m1 p0 g10");
  }
}

TEST_CASE("Tasks and regions need the text of their names", "[replay]") {
  Scenario s = with_goroutine();
  SECTION("task begin") { CHECK(s.tries(1, T::UserTaskBegin, {7, 0, 99, 0}) == "broken"); }
  SECTION("region begin") { CHECK(s.tries(1, T::UserRegionBegin, {0, 99, 0}) == "broken"); }
  SECTION("region end") { CHECK(s.tries(1, T::UserRegionEnd, {0, 99, 0}) == "broken"); }
  CHECK(s.code() == DamageCode::MissingString);
}

TEST_CASE("Regions of a goroutine end innermost first, by task and name", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::UserRegionBegin, {0, 1, 0});
  s.happens(1, T::UserRegionBegin, {7, 2, 0});
  SECTION("in order") {
    CHECK(s.tries(1, T::UserRegionEnd, {7, 2, 0}) == "UserRegionEnd m1 p0 g10");
    CHECK(s.tries(1, T::UserRegionEnd, {0, 1, 0}) == "UserRegionEnd m1 p0 g10");
    CHECK(s.tries(1, T::UserRegionEnd, {0, 2, 0}) == "UserRegionEnd m1 p0 g10");  // begun before the trace
  }
  SECTION("not the innermost") { CHECK(s.tries(1, T::UserRegionEnd, {0, 1, 0}) == "broken"); }
  SECTION("another task") { CHECK(s.tries(1, T::UserRegionEnd, {8, 2, 0}) == "broken"); }
  SECTION("another name") { CHECK(s.tries(1, T::UserRegionEnd, {7, 1, 0}) == "broken"); }
}

TEST_CASE("A region's name is its text: the id may be another", "[replay]") {
  Scenario s = with_goroutine();
  s.name(3, "one");
  s.happens(1, T::UserRegionBegin, {0, 1, 0});
  CHECK(s.tries(1, T::UserRegionEnd, {0, 3, 0}) == "UserRegionEnd m1 p0 g10");
}

TEST_CASE("Names of open tasks and regions are carried over generations as text", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::UserTaskBegin, {7, 3, 1, 0});
  s.happens(1, T::UserTaskBegin, {8, 0, 2, 0});
  s.happens(1, T::UserRegionBegin, {7, 2, 0});
  for (std::uint64_t generation = 2; generation < 5; ++generation) {
    s.forget_names();
    s.generation(generation);
  }
  s.name(50, "two");
  CHECK(s.tries(1, T::UserRegionEnd, {7, 50, 0}) == "UserRegionEnd m1 p0 g10");
  s.happens(1, T::UserTaskEnd, {7, 0});
  CHECK(s.out().events[0].task_type == "one");
  CHECK(s.out().events[0].task_parent == 3);
  s.happens(1, T::UserTaskEnd, {8, 0});
  CHECK(s.out().events[0].task_type == "two");
}

TEST_CASE("An open region of an earlier generation still has to end as itself", "[replay]") {
  Scenario s = with_goroutine();
  s.happens(1, T::UserRegionBegin, {0, 1, 0});
  s.generation(2);
  s.name(1, "something else");
  CHECK(s.tries(1, T::UserRegionEnd, {0, 1, 0}) == "broken");
}

TEST_CASE("An event that waits says for what", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.goroutine(kNone, 10, kWaiting);
  s.happens(kNone, T::GCActive, {3});
  CHECK(s.waits_for(2, T::ProcStart, {0, 1}) ==
        "ProcStart of thread 2 waits for proc 0 to be idle at sequence number 0; it is running at 0");
  CHECK(s.waits_for(2, T::ProcSteal, {9, 5, 1}) ==
        "ProcSteal of thread 2 waits for proc 9 to be in a syscall at sequence number 4; nothing is known of it");
  CHECK(s.waits_for(2, T::GoStart, {10, 1}) ==
        "GoStart of thread 2 waits for goroutine 10 to be runnable at sequence number 0; it is waiting at 0");
  CHECK(s.waits_for(2, T::GoUnblock, {10, 3}) ==
        "GoUnblock of thread 2 waits for goroutine 10 to be waiting at sequence number 2; it is waiting at 0");
  CHECK(s.waits_for(2, T::GCEnd, {9}) == "GCEnd of thread 2 waits for GC event 8; the last was 3");
  CHECK(s.waits_for(2, T::GoSyscallEndBlocked, {}).find("its proc") != std::string::npos);
}

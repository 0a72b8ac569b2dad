// FORMAT.md section 6, rows GoSyscallBegin to GoDestroySyscall.
#include <catch2/catch.hpp>

#include "tests/support/replay_scenario.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

TEST_CASE("A syscall takes goroutine and proc along and brings both back", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  CHECK(s.tries(1, T::GoSyscallBegin, {1, 0}) == "GoSyscallBegin m1 p0 g10 Running->Syscall");
  CHECK(s.tries(1, T::GoSyscallEnd) == "GoSyscallEnd m1 p0 g10 Syscall->Running");
  CHECK(s.tries(1, T::GoSyscallBegin, {2, 0}) == "GoSyscallBegin m1 p0 g10 Running->Syscall");
}

TEST_CASE("GoSyscallBegin breaks the trace if its goroutine does not run", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.goroutine(1, 10, kInSyscall);
  CHECK(s.tries(1, T::GoSyscallBegin, {1, 0}) == "broken");
}

TEST_CASE("GoSyscallBegin has to carry the proc's next number", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  SECTION("it skips one") { CHECK(s.tries(1, T::GoSyscallBegin, {2, 0}) == "broken"); }
  SECTION("it repeats one") { CHECK(s.tries(1, T::GoSyscallBegin, {0, 0}) == "broken"); }
  SECTION("the number is of the generation before") {
    s.generation(2);
    CHECK(s.tries(1, T::GoSyscallBegin, {1, 0}) == "broken");
  }
}

TEST_CASE("GoSyscallEnd breaks the trace unless goroutine and proc are in a syscall", "[replay]") {
  Scenario s;
  SECTION("the goroutine runs") {
    s.running(1, 0, 10);
    CHECK(s.tries(1, T::GoSyscallEnd) == "broken");
  }
  SECTION("the proc runs") {
    s.proc(1, 0, kProcRunning);
    s.goroutine(1, 10, kInSyscall);
    CHECK(s.tries(1, T::GoSyscallEnd) == "broken");
  }
}

TEST_CASE("GoSyscallEndBlocked waits until the proc is out of the syscall", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  s.happens(1, T::GoSyscallBegin, {1, 0});
  CHECK(s.tries(1, T::GoSyscallEndBlocked) == "not yet");
  SECTION("stolen") {
    s.happens(2, T::ProcSteal, {0, 2, 1});
    CHECK(s.tries(1, T::GoSyscallEndBlocked) == "GoSyscallEndBlocked m1 p- g10 Syscall->Runnable");
  }
  SECTION("stopped by the thread itself") {
    s.happens(1, T::ProcStop);
    CHECK(s.tries(1, T::GoSyscallEndBlocked) == "GoSyscallEndBlocked m1 p- g10 Syscall->Runnable");
  }
  SECTION("with another proc in the meantime") {
    s.proc(3, 1, kProcIdle);
    s.happens(1, T::ProcStop);
    s.happens(1, T::ProcStart, {1, 1});
    CHECK(s.tries(1, T::GoSyscallEndBlocked) == "GoSyscallEndBlocked m1 p1 g10 Syscall->Runnable");
    CHECK(s.tries(1, T::GoStart, {10, 1}) == "GoStart m1 p1 g- Runnable->Running");
  }
}

TEST_CASE("GoSyscallEndBlocked breaks the trace if its goroutine is in no syscall", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  CHECK(s.tries(1, T::GoSyscallEndBlocked) == "broken");
}

TEST_CASE("GoSyscallEndBlocked waits before it is asked what it needs", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcSyscall);
  CHECK(s.tries(1, T::GoSyscallEndBlocked) == "not yet");
}

TEST_CASE("GoCreateSyscall makes a goroutine in a syscall on its thread", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::GoCreateSyscall, {10}) == "GoCreateSyscall m1 p- g- NotExist->Syscall");
  CHECK(s.tries(1, T::GoSyscallEndBlocked) == "GoSyscallEndBlocked m1 p- g10 Syscall->Runnable");
  CHECK(s.tries(2, T::GoCreateSyscall, {10}) == "broken");
}

TEST_CASE("GoDestroySyscall ends a goroutine without a proc", "[replay]") {
  Scenario s;
  s.happens(1, T::GoCreateSyscall, {10});
  CHECK(s.tries(1, T::GoDestroySyscall) == "GoDestroySyscall m1 p- g10 Syscall->NotExist");
  CHECK(s.tries(1, T::GoCreateSyscall, {10}) == "GoCreateSyscall m1 p- g- NotExist->Syscall");
}

TEST_CASE("GoDestroySyscall abandons the proc that the thread has, and tells of that first", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcSyscall);
  s.goroutine(1, 10, kInSyscall);
  CHECK(s.tries(1, T::GoDestroySyscall) ==
        "ProcSteal m1 p0 g10 Running->Idle; GoDestroySyscall m1 p0 g10 Syscall->NotExist");
  CHECK(s.out().events[0].args == EventArgs{});
  CHECK(s.tries(1, T::HeapAlloc, {1}) == "broken");
  SECTION("a later steal changes nothing about threads") {
    CHECK(s.tries(1, T::ProcSteal, {0, 1, 1}) == "ProcSteal m1 p- g- Idle->Idle");
    CHECK(s.tries(1, T::ProcStart, {0, 2}) == "ProcStart m1 p- g- Idle->Running");
  }
  SECTION("nor does a status") {
    CHECK(s.tries(2, T::ProcStatus, {0, kProcAbandoned}) == "ProcStatus m2 p- g- Idle->Idle");
  }
}

TEST_CASE("GoDestroySyscall breaks the trace unless goroutine and proc are in a syscall", "[replay]") {
  Scenario s;
  SECTION("the goroutine runs") {
    s.running(1, 0, 10);
    CHECK(s.tries(1, T::GoDestroySyscall) == "broken");
  }
  SECTION("the proc runs") {
    s.proc(1, 0, kProcRunning);
    s.goroutine(1, 10, kInSyscall);
    CHECK(s.tries(1, T::GoDestroySyscall) == "broken");
  }
}

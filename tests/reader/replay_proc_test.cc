// FORMAT.md section 6, rows ProcStatus to ProcSteal.
#include <catch2/catch.hpp>

#include "tests/support/replay_scenario.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

TEST_CASE("ProcStatus makes a proc known: undetermined before in the first generation, not there later", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::ProcStatus, {0, kProcRunning}) == "ProcStatus m1 p- g- Undetermined->Running");
  CHECK(s.tries(2, T::ProcStatus, {1, kProcIdle}) == "ProcStatus m2 p- g- Undetermined->Idle");
  CHECK(s.tries(3, T::ProcStatus, {2, kProcSyscall}) == "ProcStatus m3 p- g- Undetermined->Running");
  CHECK(s.tries(4, T::ProcStatus, {3, kProcAbandoned}) == "ProcStatus m4 p- g- Undetermined->Idle");
  s.generation(2);
  CHECK(s.tries(5, T::ProcStatus, {4, kProcRunning}) == "ProcStatus m5 p- g- NotExist->Running");
  CHECK(s.tries(6, T::ProcStatus, {5, kProcAbandoned}) == "ProcStatus m6 p- g- NotExist->Idle");
}

TEST_CASE("ProcStatus of a known proc confirms it", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.proc(1, 1, kProcIdle);
  s.generation(2);
  CHECK(s.tries(kNone, T::ProcStatus, {0, kProcRunning}) == "ProcStatus m- p- g- Running->Running");
  CHECK(s.tries(kNone, T::ProcStatus, {1, kProcIdle}) == "ProcStatus m- p- g- Idle->Idle");
  CHECK(s.tries(kNone, T::ProcStatus, {1, kProcRunning}) == "broken");
}

TEST_CASE("ProcStatus breaks the trace where the proc was doing something else", "[replay]") {
  const auto was = GENERATE(kProcRunning, kProcIdle, kProcSyscall, kProcAbandoned);
  const auto told = GENERATE(kProcRunning, kProcIdle, kProcSyscall, kProcAbandoned);
  const bool about_to_be_stolen = was == kProcSyscall && told == kProcAbandoned;
  Scenario s;
  s.proc(1, 0, was);
  INFO(was << " then " << told);
  CHECK((s.tries(1, T::ProcStatus, {0, told}) == "broken") == (was != told && !about_to_be_stolen));
}

TEST_CASE("ProcStatus binds the proc to the thread if it runs or is in a syscall", "[replay]") {
  const auto status = GENERATE(kProcRunning, kProcIdle, kProcSyscall, kProcAbandoned);
  const bool bound = status == kProcRunning || status == kProcSyscall;
  Scenario s;
  s.proc(1, 0, status);
  CHECK(s.tries(1, T::HeapAlloc, {1}) == (bound ? "HeapAlloc m1 p0 g-" : "broken"));
}

TEST_CASE("ProcStatus on no thread binds nothing", "[replay]") {
  Scenario s;
  s.proc(kNone, 0, kProcRunning);
  CHECK(s.tries(kNone, T::HeapAlloc, {1}) == "broken");
}

TEST_CASE("ProcStatus starts the proc's numbers again", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcIdle);
  s.happens(1, T::ProcStart, {0, 1});
  s.happens(1, T::ProcStop);
  s.generation(2);
  CHECK(s.tries(1, T::ProcStart, {0, 2}) == "not yet");
  CHECK(s.tries(1, T::ProcStart, {0, 1}) == "not yet");
  s.proc(1, 0, kProcIdle);
  CHECK(s.tries(1, T::ProcStart, {0, 1}) == "ProcStart m1 p- g- Idle->Running");
}

TEST_CASE("ProcStatus above the last status breaks the trace", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::ProcStatus, {0, 5}) == "broken");
}

TEST_CASE("ProcStatus is looked at in its low byte only, and 0 passes as undetermined", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::ProcStatus, {0, 0x100 + kProcRunning}) == "ProcStatus m1 p- g- Undetermined->Running");
  CHECK(s.tries(1, T::ProcStatus, {1, 0}) == "ProcStatus m1 p0 g-");
  CHECK(s.out().events[0].to == State::Undetermined);
}

TEST_CASE("ProcStatus of a proc about to be stolen is told of the thread that holds it", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  s.happens(1, T::GoSyscallBegin, {1, 0});
  s.running(2, 1, 20);
  CHECK(s.tries(2, T::ProcStatus, {0, kProcAbandoned}) == "ProcStatus m1 p0 g10 Running->Running");
  SECTION("it stays in its syscall, its numbers begun anew") {
    CHECK(s.tries(1, T::GoSyscallEndBlocked) == "not yet");
    CHECK(s.tries(2, T::ProcSteal, {0, 1, 1}) == "ProcSteal m2 p1 g20 Running->Idle");
    CHECK(s.tries(1, T::GoSyscallEndBlocked) == "GoSyscallEndBlocked m1 p- g10 Syscall->Runnable");
  }
  SECTION("the thread that tells of it keeps its own proc") {
    CHECK(s.tries(2, T::HeapAlloc, {1}) == "HeapAlloc m2 p1 g20");
  }
}

TEST_CASE("ProcStatus of a proc about to be stolen breaks the trace if no thread holds it", "[replay]") {
  Scenario s;
  s.proc(kNone, 0, kProcSyscall);
  CHECK(s.tries(2, T::ProcStatus, {0, kProcAbandoned}) == "broken");
}

TEST_CASE("ProcStatus of an abandoned proc shows it as idle all along", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcAbandoned);
  CHECK(s.tries(2, T::ProcStatus, {0, kProcAbandoned}) == "ProcStatus m2 p- g- Idle->Idle");
}

TEST_CASE("ProcStart waits for its proc to be known, idle and next in number", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::ProcStart, {0, 1}) == "not yet");
  SECTION("idle") {
    s.proc(2, 0, kProcIdle);
    CHECK(s.tries(1, T::ProcStart, {0, 0}) == "not yet");
    CHECK(s.tries(1, T::ProcStart, {0, 2}) == "not yet");
    CHECK(s.tries(1, T::ProcStart, {0, 1}) == "ProcStart m1 p- g- Idle->Running");
    CHECK(s.tries(1, T::HeapAlloc, {1}) == "HeapAlloc m1 p0 g-");
  }
  SECTION("anything else") {
    s.proc(2, 0, GENERATE(kProcRunning, kProcSyscall, kProcAbandoned));
    CHECK(s.tries(1, T::ProcStart, {0, 1}) == "not yet");
  }
}

TEST_CASE("ProcStart waits while its thread has another proc", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.proc(1, 1, kProcIdle);
  CHECK(s.tries(1, T::ProcStart, {1, 1}) == "not yet");
  s.happens(1, T::ProcStop);
  CHECK(s.tries(1, T::ProcStart, {1, 1}) == "ProcStart m1 p- g- Idle->Running");
}

TEST_CASE("ProcStart goes with a goroutine that comes out of a syscall", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcIdle);
  s.goroutine(1, 10, kInSyscall);
  CHECK(s.tries(1, T::ProcStart, {0, 1}) == "ProcStart m1 p- g10 Idle->Running");
}

TEST_CASE("ProcStop idles the thread's proc, running or in a syscall", "[replay]") {
  Scenario s;
  s.proc(1, 0, GENERATE(kProcRunning, kProcSyscall));
  CHECK(s.tries(1, T::ProcStop) == "ProcStop m1 p0 g- Running->Idle");
  CHECK(s.tries(1, T::ProcStart, {0, 1}) == "ProcStart m1 p- g- Idle->Running");
}

TEST_CASE("ProcStop breaks the trace without a proc", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::ProcStop) == "broken");
}

TEST_CASE("ProcStop breaks the trace if the thread's proc is idle", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.proc(2, 0, kProcRunning);  // the quirk that lets two threads hold one proc
  s.happens(2, T::ProcStop);
  CHECK(s.tries(1, T::ProcStop) == "broken");
}

TEST_CASE("ProcSteal takes a proc in a syscall from the thread that it names", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  s.happens(1, T::GoSyscallBegin, {1, 0});
  s.running(2, 1, 20);
  CHECK(s.tries(2, T::ProcSteal, {0, 1, 1}) == "not yet");
  CHECK(s.tries(2, T::ProcSteal, {0, 3, 1}) == "not yet");
  CHECK(s.tries(2, T::ProcSteal, {9, 1, 1}) == "not yet");
  CHECK(s.tries(2, T::ProcSteal, {0, 2, 1}) == "ProcSteal m2 p1 g20 Running->Idle");
  CHECK(s.tries(2, T::HeapAlloc, {1}) == "HeapAlloc m2 p1 g20");
  CHECK(s.tries(1, T::HeapAlloc, {1}) == "broken");
}

TEST_CASE("ProcSteal waits while the proc runs or is idle", "[replay]") {
  Scenario s;
  s.proc(1, 0, GENERATE(kProcRunning, kProcIdle));
  CHECK(s.tries(2, T::ProcSteal, {0, 1, 1}) == "not yet");
}

TEST_CASE("ProcSteal breaks the trace if the named thread does not hold the proc", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcSyscall);
  SECTION("it holds another") {
    s.proc(3, 5, kProcSyscall);
    CHECK(s.tries(2, T::ProcSteal, {0, 1, 3}) == "broken");
  }
  SECTION("it is not known") { CHECK(s.tries(2, T::ProcSteal, {0, 1, 7}) == "broken"); }
  SECTION("it is the stealing thread itself") { CHECK(s.tries(2, T::ProcSteal, {0, 1, 2}) == "broken"); }
}

TEST_CASE("ProcSteal knows a thread whose event was tried in vain", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcSyscall);
  CHECK(s.tries(7, T::ProcStart, {99, 1}) == "not yet");
  CHECK(s.tries(2, T::ProcSteal, {0, 1, 7}) == "broken");
  CHECK(s.why().find("does not hold") != std::string::npos);
}

TEST_CASE("ProcSteal from itself stops the thread's own proc", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcSyscall);
  CHECK(s.tries(1, T::ProcSteal, {0, 1, 1}) == "ProcSteal m1 p0 g- Running->Idle");
  CHECK(s.tries(1, T::HeapAlloc, {1}) == "broken");
}

TEST_CASE("ProcSteal of an abandoned proc shows no change and leaves all threads alone", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcAbandoned);
  s.proc(2, 1, kProcRunning);
  CHECK(s.tries(2, T::ProcSteal, {0, 1, 77}) == "ProcSteal m2 p1 g- Idle->Idle");
  CHECK(s.tries(2, T::HeapAlloc, {1}) == "HeapAlloc m2 p1 g-");
  CHECK(s.tries(3, T::ProcStart, {0, 2}) == "ProcStart m3 p- g- Idle->Running");
}

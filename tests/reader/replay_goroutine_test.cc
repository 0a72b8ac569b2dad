// FORMAT.md section 6, rows GoStatus to GoSwitch.
#include <catch2/catch.hpp>

#include "format/event_table.h"
#include "tests/support/replay_scenario.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

TEST_CASE("GoStatus makes a goroutine known in the first generation only", "[replay]") {
  const T type = GENERATE(T::GoStatus, T::GoStatusStack);
  const std::string name = event_type_name(type);
  Scenario s;
  CHECK(s.tries(1, type, {1, 1, kRunnable}) == name + " m1 p- g- Undetermined->Runnable");
  CHECK(s.tries(1, type, {2, 1, kWaiting}) == name + " m1 p- g- Undetermined->Waiting");
  CHECK(s.tries(1, type, {3, 1, kRunning}) == name + " m1 p- g- Undetermined->Running");
  s.generation(2);
  CHECK(s.tries(kNone, type, {2, 1, kWaiting}) == name + " m- p- g- Waiting->Waiting");
  CHECK(s.tries(kNone, type, {9, 1, kWaiting}) == "broken");
}

TEST_CASE("The first generation is the first that has an event", "[replay]") {
  Scenario s;
  s.generation(4);
  s.generation(5);
  CHECK(s.tries(1, T::GoStatus, {1, 1, kRunnable}) == "GoStatus m1 p- g- Undetermined->Runnable");
  s.generation(6);
  CHECK(s.tries(1, T::GoStatus, {2, 1, kRunnable}) == "broken");
}

TEST_CASE("GoStatus breaks the trace where the goroutine was doing something else", "[replay]") {
  const auto was = GENERATE(kRunnable, kRunning, kInSyscall, kWaiting);
  const auto told = GENERATE(kRunnable, kRunning, kInSyscall, kWaiting);
  INFO(was << " then " << told);
  Scenario s;
  s.goroutine(1, 10, was);
  CHECK((s.tries(1, T::GoStatus, {10, 1, told}) == "broken") == (was != told));
}

TEST_CASE("GoStatus above the last status breaks the trace, where its low byte counts and 0 passes", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::GoStatus, {1, 1, 0x100 + kWaiting}) == "GoStatus m1 p- g- Undetermined->Waiting");
  CHECK(s.tries(1, T::GoStatus, {2, 1, 0}) == "GoStatus m1 p- g-");
  CHECK(s.tries(1, T::GoStatus, {3, 1, 5}) == "broken");
}

TEST_CASE("GoStatus binds a running goroutine to its thread, but nothing to no thread", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.goroutine(1, 10, kRunning);
  CHECK(s.tries(1, T::HeapAlloc, {1}) == "HeapAlloc m1 p0 g10");
  s.goroutine(kNone, 11, kRunning);
  CHECK(s.tries(kNone, T::GoUnblock, {99, 1, 0}) == "not yet");
  CHECK(s.tries(kNone, T::GoStatus, {11, 1, kRunning}) == "GoStatus m- p- g- Running->Running");
}

TEST_CASE("GoStatus starts the goroutine's numbers again", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  s.goroutine(1, 10, kRunnable);
  s.happens(1, T::GoStart, {10, 1});
  s.happens(1, T::GoStop, {0, 0});
  CHECK(s.tries(1, T::GoStart, {10, 1}) == "not yet");
  s.generation(2);
  CHECK(s.tries(1, T::GoStart, {10, 2}) == "not yet");
  s.goroutine(kNone, 10, kRunnable);
  CHECK(s.tries(1, T::GoStart, {10, 1}) == "GoStart m1 p0 g- Runnable->Running");
}

TEST_CASE("GoStatus in a syscall binds the goroutine to the thread that tells of itself", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcSyscall);
  CHECK(s.tries(1, T::GoStatus, {10, 1, kInSyscall}) == "GoStatus m1 p0 g- Undetermined->Syscall");
  CHECK(s.tries(1, T::GoSyscallEnd) == "GoSyscallEnd m1 p0 g10 Syscall->Running");
}

TEST_CASE("GoStatus in a syscall, later on, has to be of the goroutine that the thread has", "[replay]") {
  Scenario s;
  s.goroutine(1, 10, kInSyscall);
  s.goroutine(2, 11, kInSyscall);
  SECTION("in the first generation it is taken as it comes") {
    CHECK(s.tries(1, T::GoStatus, {11, 1, kInSyscall}) == "GoStatus m1 p- g10 Syscall->Syscall");
  }
  SECTION("later it is not") {
    s.generation(2);
    CHECK(s.tries(1, T::GoStatus, {10, 1, kInSyscall}) == "GoStatus m1 p- g10 Syscall->Syscall");
    CHECK(s.tries(1, T::GoStatus, {11, 1, kInSyscall}) == "broken");
  }
}

TEST_CASE("GoStatus in a syscall on no thread breaks the trace", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::GoStatus, {10, ~0ULL, kInSyscall}) == "broken");
}

TEST_CASE("GoStatus in a syscall of a thread that is not known is told as that thread's", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  CHECK(s.tries(1, T::GoStatus, {20, 2, kInSyscall}) == "GoStatus m2 p0 g10 Undetermined->Syscall");
  CHECK(s.tries(2, T::GoSyscallEndBlocked) == "GoSyscallEndBlocked m2 p- g20 Syscall->Runnable");
  CHECK(s.tries(1, T::HeapAlloc, {1}) == "HeapAlloc m1 p0 g10");
}

TEST_CASE("GoStatus in a syscall of a known thread is told in that goroutine's context", "[replay]") {
  Scenario s;
  s.goroutine(2, 20, kInSyscall);
  s.running(1, 0, 10);
  CHECK(s.tries(1, T::GoStatus, {20, 2, kInSyscall}) == "GoStatus m2 p0 g20 Syscall->Syscall");
  SECTION("which has to be the thread's") {
    s.goroutine(3, 30, kInSyscall);
    CHECK(s.tries(1, T::GoStatus, {30, 2, kInSyscall}) == "broken");
  }
  SECTION("and is not, where the thread was known but had none") {
    CHECK(s.tries(4, T::ProcStart, {99, 1}) == "not yet");
    CHECK(s.tries(1, T::GoStatus, {40, 4, kInSyscall}) == "broken");
  }
}

TEST_CASE("GoCreate makes a runnable goroutine, GoCreateBlocked a waiting one", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  CHECK(s.tries(1, T::GoCreate, {11, 0, 0}) == "GoCreate m1 p0 g10 NotExist->Runnable");
  CHECK(s.tries(1, T::GoCreateBlocked, {12, 0, 0}) == "GoCreateBlocked m1 p0 g10 NotExist->Waiting");
  CHECK(s.tries(1, T::GoUnblock, {12, 1, 0}) == "GoUnblock m1 p0 g10 Waiting->Runnable");
  s.happens(1, T::GoBlock, {0, 0});
  CHECK(s.tries(1, T::GoStart, {11, 1}) == "GoStart m1 p0 g- Runnable->Running");
}

TEST_CASE("GoCreate breaks the trace if the goroutine exists or its creator does not run", "[replay]") {
  const T type = GENERATE(T::GoCreate, T::GoCreateBlocked);
  Scenario s;
  s.running(1, 0, 10);
  SECTION("it exists") { CHECK(s.tries(1, type, {10, 0, 0}) == "broken"); }
  SECTION("the creator is in a syscall") {
    s.happens(1, T::GoSyscallBegin, {1, 0});
    CHECK(s.tries(1, type, {11, 0, 0}) == "broken");
  }
}

TEST_CASE("GoStart waits for its goroutine to be known, runnable and next in number", "[replay]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  CHECK(s.tries(1, T::GoStart, {10, 1}) == "not yet");
  SECTION("runnable") {
    s.goroutine(kNone, 10, kRunnable);
    CHECK(s.tries(1, T::GoStart, {10, 0}) == "not yet");
    CHECK(s.tries(1, T::GoStart, {10, 2}) == "not yet");
    CHECK(s.tries(1, T::GoStart, {10, 1}) == "GoStart m1 p0 g- Runnable->Running");
    CHECK(s.tries(1, T::HeapAlloc, {1}) == "HeapAlloc m1 p0 g10");
  }
  SECTION("anything else") {
    s.goroutine(2, 10, GENERATE(kRunning, kInSyscall, kWaiting));
    CHECK(s.tries(1, T::GoStart, {10, 1}) == "not yet");
  }
}

TEST_CASE("A goroutine stops, blocks or ends, and its thread is free", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  SECTION("GoStop") {
    CHECK(s.tries(1, T::GoStop, {0, 0}) == "GoStop m1 p0 g10 Running->Runnable");
    CHECK(s.tries(1, T::GoStart, {10, 1}) == "GoStart m1 p0 g- Runnable->Running");
  }
  SECTION("GoBlock") {
    CHECK(s.tries(1, T::GoBlock, {0, 0}) == "GoBlock m1 p0 g10 Running->Waiting");
    CHECK(s.tries(1, T::GoUnblock, {10, 1, 0}) == "GoUnblock m1 p0 g- Waiting->Runnable");
  }
  SECTION("GoDestroy") {
    CHECK(s.tries(1, T::GoDestroy) == "GoDestroy m1 p0 g10 Running->NotExist");
    CHECK(s.tries(1, T::GoCreate, {10, 0, 0}) == "GoCreate m1 p0 g- NotExist->Runnable");
  }
}

TEST_CASE("A goroutine that does not run cannot stop, block or end", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  s.happens(1, T::GoSyscallBegin, {1, 0});
  CHECK(s.tries(1, GENERATE(T::GoStop, T::GoBlock, T::GoDestroy)) == "broken");
}

TEST_CASE("A goroutine's regions and ranges end with it", "[replay]") {
  Scenario s;
  s.name(1, "region");
  s.name(2, "other");
  s.running(1, 0, 10);
  s.happens(1, T::UserRegionBegin, {0, 1, 0});
  s.happens(1, T::GCMarkAssistBegin, {0});
  s.happens(1, T::GoDestroy);
  s.happens(1, T::GoCreate, {10, 0, 0});
  s.happens(1, T::GoStart, {10, 1});
  CHECK(s.tries(1, T::UserRegionEnd, {0, 2, 0}) == "UserRegionEnd m1 p0 g10");
  CHECK(s.tries(1, T::GCMarkAssistBegin, {0}) == "GCMarkAssistBegin m1 p0 g10");
}

TEST_CASE("GoUnblock waits for its goroutine to be known, waiting and next in number", "[replay]") {
  Scenario s;
  CHECK(s.tries(1, T::GoUnblock, {10, 1, 0}) == "not yet");
  SECTION("waiting") {
    s.goroutine(kNone, 10, kWaiting);
    CHECK(s.tries(1, T::GoUnblock, {10, 2, 0}) == "not yet");
    CHECK(s.tries(1, T::GoUnblock, {10, 1, 0}) == "GoUnblock m1 p- g- Waiting->Runnable");
    CHECK(s.tries(1, T::GoUnblock, {10, 2, 0}) == "not yet");
  }
  SECTION("anything else") {
    s.goroutine(2, 10, GENERATE(kRunning, kInSyscall, kRunnable));
    CHECK(s.tries(1, T::GoUnblock, {10, 1, 0}) == "not yet");
  }
}

TEST_CASE("GoSwitch is three events of one time: wake the other, block, start the other", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  s.goroutine(kNone, 11, kWaiting);
  CHECK(s.tries(1, T::GoSwitch, {11, 1}) ==
        "GoSwitch m1 p0 g10 Waiting->Runnable; GoBlock m1 p0 g10 Running->Waiting; GoStart m1 p0 g- Runnable->Running");
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(s.out().events[i].time == 100);
  CHECK(s.out().events[1].args == EventArgs{});
  CHECK(s.out().events[2].args[0] == 11);
  CHECK(s.tries(1, T::HeapAlloc, {1}) == "HeapAlloc m1 p0 g11");
  CHECK(s.tries(1, T::GoSwitch, {10, 1}).substr(0, 36) == "GoSwitch m1 p0 g11 Waiting->Runnable");
}

TEST_CASE("GoSwitchDestroy ends the goroutine that it leaves", "[replay]") {
  Scenario s;
  s.running(1, 0, 10);
  s.goroutine(kNone, 11, kWaiting);
  CHECK(s.tries(1, T::GoSwitchDestroy, {11, 1}) ==
        "GoSwitchDestroy m1 p0 g10 Waiting->Runnable; GoDestroy m1 p0 g10 Running->NotExist; "
        "GoStart m1 p0 g- Runnable->Running");
  CHECK(s.tries(1, T::GoSwitch, {10, 1}) == "not yet");
  CHECK(s.tries(1, T::GoCreate, {10, 0, 0}) == "GoCreate m1 p0 g11 NotExist->Runnable");
}

TEST_CASE("GoSwitch waits for the other goroutine, but only after its own was found running", "[replay]") {
  const T type = GENERATE(T::GoSwitch, T::GoSwitchDestroy);
  Scenario s;
  s.running(1, 0, 10);
  CHECK(s.tries(1, type, {11, 1}) == "not yet");
  CHECK(s.tries(1, type, {10, 1}) == "not yet");
  s.goroutine(kNone, 11, kWaiting);
  CHECK(s.tries(1, type, {11, 2}) == "not yet");
  s.happens(1, T::GoSyscallBegin, {1, 0});
  CHECK(s.tries(1, type, {11, 2}) == "broken");
}

// What no runtime does: the reference lets it pass, and so does the replay; only salvage has it refused.
#include <catch2/catch.hpp>

#include "tests/support/replay_scenario.h"
#include "tests/support/trace_builder.h"
#include "tracecheck/event.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

// Once as the reference reads, once as salvage does.
std::string why_salvage_refuses(Scenario s, ThreadId thread, T type, std::initializer_list<std::uint64_t> args = {}) {
  Scenario strict = s;
  CHECK(s.tries(thread, type, args) != "broken");
  strict.refuse_oddities();
  return strict.tries(thread, type, args) == "broken" ? strict.why() : "not at all";
}

bool says(const std::string& message, const std::string& what) { return message.find(what) != std::string::npos; }

Scenario two_threads() {
  Scenario s;
  s.running(1, 0, 10);
  s.running(2, 1, 11);
  return s;
}

}  // namespace

TEST_CASE("salvage refuses a status that tells nothing", "[replay][oddity]") {
  CHECK(says(why_salvage_refuses({}, 1, T::GoStatus, {1, kNoId, 0}), "tells no status"));
  CHECK(says(why_salvage_refuses({}, 1, T::ProcStatus, {1, 0}), "tells no status"));
}

TEST_CASE("salvage refuses a proc that is held by two threads", "[replay][oddity]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  CHECK(says(why_salvage_refuses(s, 2, T::ProcStatus, {0, kProcRunning}), "held elsewhere"));
}

TEST_CASE("salvage refuses a thread that holds two procs", "[replay][oddity]") {
  Scenario s;
  s.proc(1, 0, kProcRunning);
  CHECK(says(why_salvage_refuses(s, 1, T::ProcStatus, {1, kProcSyscall}), "held elsewhere"));
}

TEST_CASE("salvage refuses a goroutine that runs on two threads", "[replay][oddity]") {
  Scenario s;
  s.running(1, 0, 10);
  s.proc(2, 1, kProcRunning);
  CHECK(says(why_salvage_refuses(s, 2, T::GoStatus, {10, 2, kRunning}), "runs elsewhere"));
}

TEST_CASE("salvage refuses a thread that runs two goroutines", "[replay][oddity]") {
  CHECK(says(why_salvage_refuses(two_threads(), 1, T::GoStatus, {12, 1, kRunning}), "runs elsewhere"));
}

TEST_CASE("salvage takes statuses that confirm what is held, hold nothing, or stand on no thread", "[replay][oddity]") {
  Scenario s = two_threads();
  s.refuse_oddities();
  CHECK(s.tries(1, T::ProcStatus, {0, kProcRunning}) != "broken");
  CHECK(s.tries(1, T::ProcStatus, {2, kProcIdle}) != "broken");
  CHECK(s.tries(1, T::GoStatus, {10, 1, kRunning}) != "broken");
  CHECK(s.tries(1, T::GoStatus, {12, kNoId, kWaiting}) != "broken");
  CHECK(s.tries(kNone, T::ProcStatus, {1, kProcRunning}) != "broken");
  CHECK(s.tries(kNone, T::GoStatus, {11, 2, kRunning}) != "broken");
}

TEST_CASE("salvage refuses a goroutine that ends with a range open", "[replay][oddity]") {
  Scenario s = two_threads();
  s.name(1, "a kind");
  s.goroutine(kNone, 12, kWaiting);
  s.happens(1, T::STWBegin, {1, 0});
  CHECK(says(why_salvage_refuses(s, 1, T::GoDestroy), "middle of a range"));
  CHECK(says(why_salvage_refuses(s, 1, T::GoSwitchDestroy, {12, 1}), "middle of a range"));
  s.happens(1, T::STWEnd);
  s.refuse_oddities();
  CHECK(s.tries(1, T::GoDestroy) == "GoDestroy m1 p0 g10 Running->NotExist");
}

TEST_CASE("salvage refuses a task with a reserved id", "[replay][oddity]") {
  const std::uint64_t id = GENERATE(kBackgroundTask, kNoTask);
  Scenario s = two_threads();
  s.name(1, "a type");
  CHECK(says(why_salvage_refuses(s, 1, T::UserTaskBegin, {id, 0, 1, 0}), "reserved id"));
  s.refuse_oddities();
  CHECK(s.tries(1, T::UserTaskBegin, {7, 0, 1, 0}) == "UserTaskBegin m1 p0 g10");
}

TEST_CASE("salvage lets a goroutine with a range open stop or block", "[replay][oddity]") {
  const T type = GENERATE(T::GoStop, T::GoBlock);
  Scenario s = two_threads();
  s.name(1, "a kind");
  s.happens(1, T::STWBegin, {1, 0});
  s.refuse_oddities();
  CHECK(s.tries(1, type, {0, 0}) != "broken");
}

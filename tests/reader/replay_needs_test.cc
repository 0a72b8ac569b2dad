// FORMAT.md section 6, the column "needs": what the context of each event must have, may have, must not have.
#include <catch2/catch.hpp>
#include <string>

#include "format/event_table.h"
#include "tests/support/replay_scenario.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

enum class Need { No, May, Yes };

struct Row {
  T type;
  Need proc, goroutine;
  std::initializer_list<std::uint64_t> args;
};

// Goroutine 20 is runnable, 21 waits, proc 3 is idle, proc 4 in a syscall on thread 9; GC number 5 was the last.
const Row kRows[] = {
    {T::ProcSteal, Need::May, Need::May, {4, 1, 9}},
    {T::GoCreate, Need::Yes, Need::May, {30, 0, 0}},
    {T::GoCreateBlocked, Need::Yes, Need::May, {30, 0, 0}},
    {T::GoStart, Need::Yes, Need::No, {20, 1}},
    {T::GoDestroy, Need::Yes, Need::Yes, {}},
    {T::GoStop, Need::Yes, Need::Yes, {0, 0}},
    {T::GoBlock, Need::Yes, Need::Yes, {0, 0}},
    {T::GoSwitch, Need::Yes, Need::Yes, {21, 1}},
    {T::GoSwitchDestroy, Need::Yes, Need::Yes, {21, 1}},
    {T::GoSyscallBegin, Need::Yes, Need::Yes, {1, 0}},
    {T::GoSyscallEnd, Need::Yes, Need::Yes, {}},
    {T::GoSyscallEndBlocked, Need::May, Need::Yes, {}},
    {T::GoCreateSyscall, Need::May, Need::No, {30}},
    {T::GoDestroySyscall, Need::May, Need::Yes, {}},
    {T::STWBegin, Need::Yes, Need::Yes, {1, 0}},
    {T::STWEnd, Need::Yes, Need::Yes, {}},
    {T::GCMarkAssistBegin, Need::Yes, Need::Yes, {0}},
    {T::GCMarkAssistEnd, Need::Yes, Need::Yes, {}},
    {T::GCSweepBegin, Need::Yes, Need::May, {0}},
    {T::GCSweepEnd, Need::Yes, Need::May, {1, 2}},
    {T::GCEnd, Need::Yes, Need::Yes, {6}},
    {T::HeapAlloc, Need::Yes, Need::May, {1}},
    {T::HeapGoal, Need::Yes, Need::May, {1}},
    {T::ProcsChange, Need::Yes, Need::Yes, {1, 0}},
    {T::GoLabel, Need::Yes, Need::Yes, {1}},
    {T::UserLog, Need::Yes, Need::Yes, {0, 1, 1, 0}},
    {T::UserTaskBegin, Need::Yes, Need::Yes, {7, 0, 1, 0}},
    {T::UserTaskEnd, Need::Yes, Need::Yes, {7, 0}},
    {T::UserRegionBegin, Need::Yes, Need::Yes, {0, 1, 0}},
    {T::UserRegionEnd, Need::Yes, Need::Yes, {0, 1, 0}},
    {T::Span, Need::May, Need::May, {1, 2, 3}},
    {T::SpanAlloc, Need::May, Need::May, {1, 2, 3}},
    {T::SpanFree, Need::May, Need::May, {1}},
    {T::HeapObject, Need::May, Need::May, {1, 2}},
    {T::HeapObjectAlloc, Need::May, Need::May, {1, 2}},
    {T::HeapObjectFree, Need::May, Need::May, {1}},
    {T::GoroutineStack, Need::May, Need::May, {1, 2}},
    {T::GoroutineStackAlloc, Need::May, Need::May, {1, 2}},
    {T::GoroutineStackFree, Need::May, Need::May, {1}},
};

void set_up(Scenario& s) {
  s.name(1, "name");
  s.goroutine(kNone, 20, kRunnable);
  s.goroutine(kNone, 21, kWaiting);
  s.proc(kNone, 3, kProcIdle);
  s.proc(9, 4, kProcSyscall);
  s.happens(kNone, T::GCActive, {5});
}

bool met(Need need, bool has) { return need == Need::May || (need == Need::Yes) == has; }

}  // namespace

TEST_CASE("An event breaks the trace where its context lacks what it needs", "[replay]") {
  for (const Row& row : kRows) {
    for (const bool has_proc : {false, true}) {
      for (const bool has_goroutine : {false, true}) {
        INFO(event_type_name(row.type) << (has_proc ? " with" : " without") << " a proc,"
                                       << (has_goroutine ? " with" : " without") << " a goroutine");
        Scenario s;
        set_up(s);
        s.happens(1, T::ProcStatus, {0, kProcIdle});  // thread 1 is known, and has nothing
        if (has_proc) s.proc(1, 1, kProcRunning);
        if (has_goroutine) s.goroutine(1, 10, kRunning);
        const std::string result = s.tries(1, row.type, row.args);
        const bool needs_unmet = result == "broken" && s.why().find(" needs ") != std::string::npos;
        CHECK(needs_unmet == !(met(row.proc, has_proc) && met(row.goroutine, has_goroutine)));
      }
    }
  }
}

TEST_CASE("No event with needs stands in a batch of no thread", "[replay]") {
  for (const Row& row : kRows) {
    INFO(event_type_name(row.type));
    Scenario s;
    set_up(s);
    CHECK(s.tries(kNone, row.type, row.args) == "broken");
    CHECK(s.why().find("needs a thread") != std::string::npos);
  }
}

TEST_CASE("Status events, wake-ups and active ranges need no context", "[replay]") {
  Scenario s;
  set_up(s);
  CHECK(s.tries(kNone, T::ProcStatus, {7, kProcIdle}) == "ProcStatus m- p- g- Undetermined->Idle");
  CHECK(s.tries(kNone, T::GoStatus, {22, kNoSlot, kWaiting}) == "GoStatus m- p- g- Undetermined->Waiting");
  CHECK(s.tries(kNone, T::GoUnblock, {21, 1, 0}) == "GoUnblock m- p- g- Waiting->Runnable");
  CHECK(s.tries(kNone, T::GCMarkAssistActive, {20}) == "GCMarkAssistActive m- p- g-");
  CHECK(s.tries(kNone, T::GCSweepActive, {3}) == "GCSweepActive m- p- g-");
}

TEST_CASE("Types that are no events of a thread break the replay", "[replay]") {
  for (int type = 0; type < 256; ++type) {
    const auto event_type = static_cast<T>(type);
    if (event_spec(event_type).timed()) continue;
    INFO(type);
    Scenario s;
    s.running(1, 0, 1);
    CHECK(s.tries(1, event_type) == "broken");
    CHECK(s.code() == DamageCode::UntimedEvent);
  }
}

TEST_CASE("Every timed type of the event table has a rule", "[replay]") {
  for (int type = 0; type < 256; ++type) {
    const auto event_type = static_cast<T>(type);
    if (!event_spec(event_type).timed()) continue;
    INFO(event_type_name(event_type));
    Scenario s;
    s.running(1, 0, 1);
    if (s.tries(1, event_type) == "broken") CHECK(s.code() != DamageCode::UntimedEvent);
  }
}

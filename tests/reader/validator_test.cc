// FORMAT.md section 8: times, Syncs, labels, tasks, stacks. Each test fails without the check that it names.
#include "reader/validator.h"

#include <catch2/catch.hpp>

#include "tests/support/checker.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

const Resource kGoroutine{ResourceKind::Goroutine, 1};
const Resource kProc{ResourceKind::Proc, 0};

}  // namespace

TEST_CASE("A good sequence passes all checks", "[validator]") {
  Stacks stacks;
  Checker c;
  CHECK(c.sync(1) == "ok");
  CHECK(c.proc(0, State::Undetermined, State::Running) == "ok");
  CHECK(c.goroutine(1, State::Undetermined, State::Running) == "ok");
  CHECK(c.event(Label{"label", kGoroutine}) == "ok");
  CHECK(c.event(Label{"label", kProc}) == "ok");
  CHECK(c.event(TaskBegin{{5, kNoTask, "task"}}) == "ok");
  CHECK(c.event(RangeBegin{{RangeType::GCSweep, "", kProc}}) == "ok");
  CHECK(c.event(RangeBegin{{RangeType::GCMark, "", {}}}) == "ok");
  CHECK(c.event(RangeBegin{{RangeType::StopTheWorld, "kind", kGoroutine}}, 1, stacks[1]) == "ok");
  CHECK(c.event(RangeEnd{{RangeType::StopTheWorld, "kind", kGoroutine}}) == "ok");
  CHECK(c.event(RangeEnd{{RangeType::GCSweep, "", kProc}}) == "ok");
  CHECK(c.goroutine(1, State::Running, State::Syscall) == "ok");
  CHECK(c.goroutine(1, State::Syscall, State::Running) == "ok");
  CHECK(c.event(Metric{"/gc/heap/goal:bytes", 5}) == "ok");
  CHECK(c.goroutine(2, State::NotExist, State::Runnable) == "ok");
  CHECK(c.transition(kGoroutine, State::Running, State::Waiting, 1, stacks[1], stacks[1]) == "ok");
  CHECK(c.sync(2) == "ok");
  CHECK(c.event(RangeEnd{{RangeType::GCMark, "", {}}}) == "ok");
  CHECK(c.goroutine(2, State::Runnable, State::Running) == "ok");
  CHECK(c.event(TaskEnd{{5, kNoTask, "task"}}) == "ok");
  CHECK(c.goroutine(2, State::Running, State::NotExist) == "ok");
  CHECK(c.proc(0, State::Running, State::Idle) == "ok");
  CHECK(c.event(StackSample{}, 77) == "ok");
  Sync last;
  last.n = 3;
  CHECK(c.event(last, kNone) == "ok");
}

TEST_CASE("Times that do not increase are found", "[validator]") {
  Checker c;
  CHECK(c.event_at(10, Metric{}) == "ok");
  SECTION("equal") { CHECK(c.event_at(10, Metric{}) == "time_not_increasing"); }
  SECTION("earlier") { CHECK(c.event_at(9, Metric{}) == "time_not_increasing"); }
  SECTION("later") { CHECK(c.event_at(11, Metric{}) == "ok"); }
}

TEST_CASE("The time after a step back is measured against the latest before", "[validator]") {
  Checker c;
  c.event_at(10, Metric{});
  c.event_at(5, Metric{});
  CHECK(c.event_at(8, Metric{}) == "time_not_increasing");
}

TEST_CASE("Sync numbers that do not count up by one are found", "[validator]") {
  Checker c(GoVersion::Go123);
  SECTION("the first is not 1") { CHECK(c.sync(2, std::nullopt) == "sync_number"); }
  SECTION("the first is 0") { CHECK(c.sync(0, std::nullopt) == "sync_number"); }
  SECTION("repeated") {
    CHECK(c.sync(1, std::nullopt) == "ok");
    CHECK(c.sync(1, std::nullopt) == "sync_number");
  }
  SECTION("one left out") {
    CHECK(c.sync(1, std::nullopt) == "ok");
    CHECK(c.sync(3, std::nullopt) == "sync_number");
    CHECK(c.sync(4, std::nullopt) == "ok");
  }
}

TEST_CASE("A Sync without a snapshot is found from 1.25 on, where it begins a generation", "[validator]") {
  CHECK(Checker(GoVersion::Go122).sync(1, std::nullopt) == "ok");
  CHECK(Checker(GoVersion::Go123).sync(1, std::nullopt) == "ok");
  CHECK(Checker(GoVersion::Go125).sync(1, std::nullopt) == "snapshot_missing");
  Checker c;
  CHECK(c.sync(1, std::nullopt) == "snapshot_missing");
  Sync last;
  last.n = 2;
  CHECK(c.event(last, kNone) == "ok");
}

TEST_CASE("A snapshot with a clock at zero is found", "[validator]") {
  Checker c;
  SECTION("trace") { CHECK(c.sync(1, ClockSnapshot{0, 1, 1, 0}) == "snapshot_zero"); }
  SECTION("monotonic") { CHECK(c.sync(1, ClockSnapshot{1, 0, 1, 0}) == "snapshot_zero"); }
  SECTION("wall") { CHECK(c.sync(1, ClockSnapshot{1, 1, 0, 0}) == "snapshot_zero"); }
  SECTION("only the wall clock's seconds") { CHECK(c.sync(1, ClockSnapshot{1, 1, 0, 1}) == "ok"); }
  SECTION("only the wall clock's nanoseconds") { CHECK(c.sync(1, ClockSnapshot{1, 1, 1, 0}) == "ok"); }
}

TEST_CASE("A snapshot that does not go forward is found", "[validator]") {
  Checker c;
  REQUIRE(c.sync(1, ClockSnapshot{100, 200, 300, 0}) == "ok");
  SECTION("trace time stands") { CHECK(c.sync(2, ClockSnapshot{100, 201, 300, 0}) == "snapshot_not_forward"); }
  SECTION("trace time back") { CHECK(c.sync(2, ClockSnapshot{99, 201, 300, 0}) == "snapshot_not_forward"); }
  SECTION("monotonic stands") { CHECK(c.sync(2, ClockSnapshot{101, 200, 300, 0}) == "snapshot_not_forward"); }
  SECTION("monotonic back") { CHECK(c.sync(2, ClockSnapshot{101, 199, 300, 0}) == "snapshot_not_forward"); }
  SECTION("both forward") { CHECK(c.sync(2, ClockSnapshot{101, 201, 300, 0}) == "ok"); }
}

TEST_CASE("A wall clock that steps back is no error, but noted", "[validator]") {
  Checker c;
  REQUIRE(c.sync(1, ClockSnapshot{100, 200, 300, 50}) == "ok");
  SECTION("by seconds") {
    CHECK(c.sync(2, ClockSnapshot{101, 201, 299, 60}) == "ok");
    CHECK(c.validator().wall_clock_stepped_back());
  }
  SECTION("by nanoseconds") {
    CHECK(c.sync(2, ClockSnapshot{101, 201, 300, 49}) == "ok");
    CHECK(c.validator().wall_clock_stepped_back());
  }
  SECTION("not at all") {
    CHECK(c.sync(2, ClockSnapshot{101, 201, 300, 50}) == "ok");
    CHECK_FALSE(c.validator().wall_clock_stepped_back());
  }
}

TEST_CASE("An empty label is found", "[validator]") {
  Checker c;
  c.goroutine(1, State::Undetermined, State::Running);
  CHECK(c.event(Label{"", kGoroutine}) == "label_empty");
}

TEST_CASE("A label on what is not known is found", "[validator]") {
  Checker c;
  c.proc(0, State::Undetermined, State::Running);
  CHECK(c.event(Label{"label", kGoroutine}) == "label_unknown_resource");
  CHECK(c.event(Label{"label", {}}) == "label_unknown_resource");
  CHECK(c.event(Label{"label", {ResourceKind::Proc, 9}}) == "label_unknown_resource");
  SECTION("a range alone does not make a resource known") {
    c.event(RangeActive{{RangeType::GCMarkAssist, "", kGoroutine}});
    CHECK(c.event(Label{"label", kGoroutine}) == "label_unknown_resource");
  }
}

TEST_CASE("A task that ends as another type than it began is found", "[validator]") {
  Checker c;
  CHECK(c.event(TaskBegin{{5, kNoTask, "task"}}) == "ok");
  CHECK(c.event(TaskEnd{{5, kNoTask, "other"}}) == "task_type_differs");
  CHECK(c.event(TaskEnd{{5, kNoTask, "other"}}) == "ok");  // no longer known
  CHECK(c.event(TaskEnd{{6, kNoTask, ""}}) == "ok");
}

TEST_CASE("A task that begins with a reserved id is found", "[validator]") {
  Checker c;
  CHECK(c.event(TaskBegin{{kBackgroundTask, kNoTask, "task"}}) == "task_id_reserved");
  CHECK(c.event(TaskBegin{{kNoTask, kNoTask, "task"}}) == "task_id_reserved");
}

TEST_CASE("A task with the background task as parent is found", "[validator]") {
  Checker c;
  CHECK(c.event(TaskBegin{{5, kBackgroundTask, "task"}}) == "task_parent_background");
  CHECK(c.event(TaskBegin{{6, 5, "task"}}) == "ok");
}

TEST_CASE("A frame that lacks something is found, save in a stack's first place", "[validator]") {
  Stacks stacks;
  stacks.add(2, {{0, 0, 0, 0}, {5, 1, 1, 1}});
  stacks.add(3, {{1, 1, 1, 1}, {11, 0, 1, 1}});
  stacks.add(4, {{1, 1, 1, 1}, {12, 1, 0, 1}});
  stacks.add(5, {{1, 1, 1, 1}, {13, 1, 1, 0}});
  stacks.add(6, {{1, 1, 1, 1}, {0, 1, 1, 1}});
  stacks.add(7, {});
  Checker c;
  for (const std::uint64_t good : {0, 1, 2, 7}) {
    INFO(good);
    CHECK(c.event(Metric{}, 1, stacks[good]) == "ok");
  }
  for (const std::uint64_t bad : {3, 4, 5, 6}) {
    INFO(bad);
    CHECK(c.event(Metric{}, 1, stacks[bad]) == "frame_incomplete");
    CHECK(c.event(Metric{}, 1, stacks[bad]) == "ok");  // told once a generation
  }
  c.sync(1);
  CHECK(c.event(Metric{}, 1, stacks[3]) == "frame_incomplete");
}

TEST_CASE("A transition's own stack is looked at too, and stacks with huge ids", "[validator]") {
  const std::uint64_t id = GENERATE(2ULL, 1ULL << 40U);
  Stacks stacks;
  stacks.add(id, {{1, 1, 1, 1}, {11, 0, 1, 1}});
  Checker c;
  CHECK(c.transition(kGoroutine, State::NotExist, State::Runnable, 1, stacks[id], stacks[1]) == "frame_incomplete");
  CHECK(c.event(Metric{}, 1, stacks[id]) == "ok");
}

TEST_CASE("What breaks a rule is taken as true from then on", "[validator]") {
  Checker c;
  CHECK(c.goroutine(1, State::Waiting, State::Running) == "resource_first_state");
  CHECK(c.goroutine(1, State::Running, State::Waiting) == "ok");
  CHECK(c.goroutine(1, State::Running, State::Runnable) == "transition_from_state");
}

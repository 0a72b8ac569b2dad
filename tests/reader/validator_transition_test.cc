// FORMAT.md section 8: transitions, threads and ranges. Each test fails without the check that it names.
#include <catch2/catch.hpp>

#include "reader/validator.h"
#include "tests/support/checker.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

const Resource kGoroutine{ResourceKind::Goroutine, 1};
const Resource kProc{ResourceKind::Proc, 0};

Resource resource_of(ResourceKind kind) { return kind == ResourceKind::Proc ? kProc : kGoroutine; }

}  // namespace

TEST_CASE("A transition to an undetermined state is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  CHECK(c.transition(resource_of(kind), State::Undetermined, State::Undetermined) == "transition_to_undetermined");
}

TEST_CASE("A transition from an undetermined state is found once the second Sync was seen", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  c.sync(1);
  CHECK(c.transition({kind, 7}, State::Undetermined, State::Idle) == "ok");
  c.sync(2);
  CHECK(c.transition({kind, 8}, State::Undetermined, State::Idle) == "transition_from_undetermined");
}

TEST_CASE("A transition from another state than the last one is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  CHECK(c.transition({kind, 7}, State::NotExist, State::Idle) == "ok");
  CHECK(c.transition({kind, 7}, State::Running, State::Idle) == "transition_from_state");
  CHECK(c.transition({kind, 7}, State::Idle, State::Running) == "ok");
}

TEST_CASE("A resource that is met in the middle of its life is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  for (const State from : {State::Idle, State::Runnable, State::Waiting}) {
    Checker c;
    CHECK(c.transition({kind, 7}, from, State::Idle) == "resource_first_state");
  }
  Checker c;
  CHECK(c.transition({kind, 7}, State::NotExist, State::Idle) == "ok");
  CHECK(c.transition({kind, 8}, State::Undetermined, State::Idle) == "ok");
}

TEST_CASE("A goroutine and a proc of one id are two resources", "[validator]") {
  Checker c;
  CHECK(c.goroutine(7, State::NotExist, State::Waiting) == "ok");
  CHECK(c.proc(7, State::NotExist, State::Running) == "ok");
  CHECK(c.goroutine(7, State::Waiting, State::Runnable) == "ok");
}

TEST_CASE("A resource that runs on no thread is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  CHECK(c.transition({kind, 7}, State::NotExist, State::Running, kNone) == "thread_missing");
  CHECK(c.transition({kind, 8}, State::NotExist, State::Idle, kNone) == "ok");
}

TEST_CASE("A goroutine in a syscall on no thread is found", "[validator]") {
  Checker c;
  CHECK(c.goroutine(7, State::NotExist, State::Syscall, kNone) == "thread_missing");
}

TEST_CASE("Two goroutines, or two procs, at once on one thread are found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  const auto first = GENERATE(State::Running, State::Syscall);
  Checker c;
  CHECK(c.transition({kind, 7}, State::NotExist, first, 1) == "ok");
  CHECK(c.transition({kind, 8}, State::NotExist, State::Running, 2) == "ok");
  CHECK(c.transition({kind, 9}, State::NotExist, State::Running, 1) == "thread_busy");
}

TEST_CASE("A goroutine and a proc may share a thread", "[validator]") {
  Checker c;
  CHECK(c.goroutine(7, State::NotExist, State::Running) == "ok");
  CHECK(c.proc(7, State::NotExist, State::Running) == "ok");
  CHECK(c.goroutine(7, State::Running, State::Waiting) == "ok");
  CHECK(c.goroutine(8, State::NotExist, State::Running) == "ok");
}

TEST_CASE("What stops without having run on a thread is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  CHECK(c.transition({kind, 7}, State::NotExist, State::Running, kNone) == "thread_missing");
  CHECK(c.transition({kind, 7}, State::Running, State::Idle) == "resource_not_bound");
}

TEST_CASE("What stops on a thread that runs another by now is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  CHECK(c.transition({kind, 7}, State::NotExist, State::Running) == "ok");
  CHECK(c.transition({kind, 8}, State::NotExist, State::Running) == "thread_busy");
  CHECK(c.transition({kind, 7}, State::Running, State::Idle) == "resource_not_bound");
}

TEST_CASE("A goroutine that stops with another stack than its thread's is found", "[validator]") {
  const auto to = GENERATE(State::Waiting, State::Runnable, State::NotExist);
  Stacks stacks;
  Checker c;
  CHECK(c.goroutine(1, State::NotExist, State::Running) == "ok");
  SECTION("none of its own") {
    CHECK(c.transition(kGoroutine, State::Running, to, 1, {}, stacks[1]) == "stop_stack_differs");
  }
  SECTION("the same") { CHECK(c.transition(kGoroutine, State::Running, to, 1, stacks[1], stacks[1]) == "ok"); }
  SECTION("still executing") {
    CHECK(c.transition(kGoroutine, State::Running, State::Syscall, 1, {}, stacks[1]) == "ok");
  }
}

TEST_CASE("A proc's stack at its end is no matter", "[validator]") {
  Stacks stacks;
  Checker c;
  CHECK(c.proc(0, State::NotExist, State::Running) == "ok");
  CHECK(c.transition(kProc, State::Running, State::Idle, 1, {}, stacks[1]) == "ok");
}

TEST_CASE("A resource that ends with an open range is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  c.transition({kind, 7}, State::NotExist, State::Running);
  c.event(RangeBegin{{RangeType::GCSweep, "", {kind, 7}}});
  SECTION("open") { CHECK(c.transition({kind, 7}, State::Running, State::NotExist) == "ended_with_open_range"); }
  SECTION("ended") {
    c.event(RangeEnd{{RangeType::GCSweep, "", {kind, 7}}});
    CHECK(c.transition({kind, 7}, State::Running, State::NotExist) == "ok");
  }
  SECTION("another state") { CHECK(c.transition({kind, 7}, State::Running, State::Idle) == "ok"); }
}

TEST_CASE("A range that begins twice on one resource is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::None, ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  CHECK(c.event(RangeBegin{{RangeType::StopTheWorld, "kind", {kind, 7}}}) == "ok");
  CHECK(c.event(RangeBegin{{RangeType::StopTheWorld, "other", {kind, 7}}}) == "ok");
  CHECK(c.event(RangeBegin{{RangeType::GCMarkAssist, "", {kind, 7}}}) == "ok");
  CHECK(c.event(RangeBegin{{RangeType::StopTheWorld, "kind", {kind, 7}}}) == "range_begun_twice");
}

TEST_CASE("A range may be open on several resources at once", "[validator]") {
  Checker c;
  for (const auto kind : {ResourceKind::None, ResourceKind::Goroutine, ResourceKind::Proc}) {
    CHECK(c.event(RangeBegin{{RangeType::GCSweep, "", {kind, 7}}}) == "ok");
  }
  CHECK(c.event(RangeBegin{{RangeType::GCSweep, "", {ResourceKind::Proc, 8}}}) == "ok");
}

TEST_CASE("A range that ends unopened is found", "[validator]") {
  const auto kind = GENERATE(ResourceKind::None, ResourceKind::Goroutine, ResourceKind::Proc);
  Checker c;
  CHECK(c.event(RangeEnd{{RangeType::StopTheWorld, "kind", {kind, 7}}}) == "range_not_open");
  c.event(RangeBegin{{RangeType::StopTheWorld, "kind", {kind, 7}}});
  CHECK(c.event(RangeEnd{{RangeType::StopTheWorld, "other", {kind, 7}}}) == "range_not_open");
  CHECK(c.event(RangeEnd{{RangeType::StopTheWorld, "kind", {kind, 7}}}) == "ok");
  CHECK(c.event(RangeEnd{{RangeType::StopTheWorld, "kind", {kind, 7}}}) == "range_not_open");
}

TEST_CASE("An active range opens it, once however often it is told", "[validator]") {
  Checker c;
  CHECK(c.event(RangeActive{{RangeType::GCMark, "", {}}}) == "ok");
  CHECK(c.event(RangeActive{{RangeType::GCMark, "", {}}}) == "ok");
  SECTION("it cannot begin") { CHECK(c.event(RangeBegin{{RangeType::GCMark, "", {}}}) == "range_begun_twice"); }
  SECTION("it can end, once") {
    CHECK(c.event(RangeEnd{{RangeType::GCMark, "", {}}}) == "ok");
    CHECK(c.event(RangeEnd{{RangeType::GCMark, "", {}}}) == "range_not_open");
  }
}

TEST_CASE("An ended resource's ranges do not stay with its id", "[validator]") {
  Checker c;
  c.event(RangeBegin{{RangeType::GCMarkAssist, "", kGoroutine}});
  CHECK(c.goroutine(1, State::NotExist, State::NotExist) == "ended_with_open_range");
  CHECK(c.event(RangeBegin{{RangeType::GCMarkAssist, "", kGoroutine}}) == "ok");
}

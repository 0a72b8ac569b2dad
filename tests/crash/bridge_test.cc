// Which events are made up so that one can happen which the replay refuses.
#include "crash/bridge.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "format/event_table.h"
#include "tests/support/replay_scenario.h"
#include "tests/support/trace_builder.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;
using Args = std::initializer_list<std::uint64_t>;

namespace {

class AnyName final : public NameSource {
 public:
  bool name(std::uint64_t, std::string_view& text) const override {
    text = "a name";
    return true;
  }
};

RawEvent raw_event(T type, Args args) {
  RawEvent event;
  event.type = type;
  event.time = 100;
  std::copy(args.begin(), args.end(), event.args.begin());
  return event;
}

// "new" is an id that was made up, "-" is none.
std::string number(std::uint64_t value) {
  if (value == kNoId) return "-";
  return value >= static_cast<std::uint64_t>(kMadeUpId) ? "new" : std::to_string(value);
}

std::string text(const Bridge::Step& step) {
  const EventSpec& spec = event_spec(step.event.type);
  std::string text = "m" + number(static_cast<std::uint64_t>(step.thread)) + " " + event_type_name(step.event.type);
  for (std::size_t i = 0; i < spec.arg_count; ++i) text += " " + number(step.event.args[i]);
  return text;
}

class Disagreement {
 public:
  Disagreement() {
    replay_.refuse_oddities();
    replay_.begin_generation(1);
  }

  void generation(std::uint64_t number) { replay_.begin_generation(number); }
  Advance tries(ThreadId thread, T type, Args args = {}) {
    Slot hint = kNoSlot;
    OrderedEvents out;
    return replay_.advance(raw_event(type, args), thread, hint, names_, out);
  }
  void happens(ThreadId thread, T type, Args args = {}) {
    INFO(event_type_name(type));
    REQUIRE(tries(thread, type, args) == Advance::Advanced);
  }
  void running(ThreadId thread, std::uint64_t proc, std::uint64_t goroutine) {
    happens(thread, T::ProcStatus, {proc, kProcRunning});
    happens(thread, T::GoStatus, {goroutine, static_cast<std::uint64_t>(thread), kRunning});
  }
  void has(std::uint64_t goroutine, GoStatusArg status) { happens(kNone, T::GoStatus, {goroutine, kNoId, status}); }

  // What is made up for an event, which does not happen without and does then: "A; B". Or "cannot be".
  std::string bridge(ThreadId thread, T type, Args args = {}) {
    Replay untouched = replay_;
    Slot hint = kNoSlot;
    OrderedEvents out;
    CHECK(untouched.advance(raw_event(type, args), thread, hint, names_, out) != Advance::Advanced);
    steps.clear();
    if (!bridge_.prepare(raw_event(type, args), thread, steps)) return "cannot be";
    CHECK(tries(thread, type, args) == Advance::Advanced);
    std::string all;
    for (const Bridge::Step& step : steps) all += (all.empty() ? "" : "; ") + text(step);
    return all;
  }

  std::vector<Bridge::Step> steps;

 private:
  Replay replay_;
  AnyName names_;
  Bridge bridge_{replay_, names_};
};

}  // namespace

TEST_CASE("a thread that has no proc gets one", "[bridge]") {
  Disagreement d;
  CHECK(d.bridge(1, T::HeapAlloc, {5}) == "m1 ProcStatus new 1");
}

TEST_CASE("a thread on which a goroutine does something gets one", "[bridge]") {
  Disagreement d;
  CHECK(d.bridge(1, T::GoBlock, {0, 0}) == "m1 ProcStatus new 1; m- GoStatus new - 1; m1 GoStart new 1");
}

TEST_CASE("a goroutine that starts must exist, and its thread be free for it", "[bridge]") {
  Disagreement d;
  CHECK(d.bridge(1, T::GoStart, {5, 3}) == "m- GoStatus 5 - 1; m1 ProcStatus new 1");
  CHECK(d.bridge(1, T::GoStart, {6, 9}) == "m- GoStatus 6 - 1; m1 GoStop 0 0");
}

TEST_CASE("a goroutine that starts and was waiting was woken before", "[bridge]") {
  Disagreement d;
  d.happens(1, T::ProcStatus, {0, kProcRunning});
  d.has(5, kWaiting);
  CHECK(d.bridge(1, T::GoStart, {5, 2}) == "m- GoUnblock 5 1 0");
}

TEST_CASE("a goroutine that starts on one thread and ran on another stopped there", "[bridge]") {
  Disagreement d;
  d.running(1, 0, 5);
  d.happens(2, T::ProcStatus, {1, kProcRunning});
  CHECK(d.bridge(2, T::GoStart, {5, 1}) == "m1 GoStop 0 0");
}

TEST_CASE("a goroutine that is woken was waiting: it blocked somewhere, after it ran", "[bridge]") {
  Disagreement runnable;
  runnable.has(5, kRunnable);
  CHECK(runnable.bridge(1, T::GoUnblock, {5, 2, 0}) == "mnew ProcStatus new 1; mnew GoStart 5 1; mnew GoBlock 0 0");
  Disagreement running;
  running.running(1, 0, 5);
  CHECK(running.bridge(2, T::GoUnblock, {5, 2, 0}) ==
        "m1 GoStop 0 0; mnew ProcStatus new 1; mnew GoStart 5 1; mnew GoBlock 0 0");
}

TEST_CASE("where only an event's number disagrees nothing is made up", "[bridge]") {
  Disagreement d;
  d.happens(1, T::ProcStatus, {0, kProcRunning});
  d.has(5, kRunnable);
  CHECK(d.bridge(1, T::GoStart, {5, 7}).empty());
  d.happens(1, T::GoBlock, {0, 0});
  d.happens(1, T::GoUnblock, {5, 8, 0});
}

TEST_CASE("a syscall that ends began, and one that lost its proc had it stolen", "[bridge]") {
  Disagreement d;
  d.running(1, 0, 5);
  CHECK(d.bridge(1, T::GoSyscallEnd) == "m1 GoSyscallBegin 1 0");
  d.happens(1, T::GoSyscallBegin, {2, 0});
  CHECK(d.bridge(1, T::GoSyscallEndBlocked) == "mnew ProcSteal 0 3 1");
}

TEST_CASE("a goroutine in a syscall that does something has come back", "[bridge]") {
  Disagreement d;
  d.running(1, 0, 5);
  d.happens(1, T::GoSyscallBegin, {1, 0});
  CHECK(d.bridge(1, T::GoBlock, {0, 0}) == "m1 GoSyscallEnd");
}

TEST_CASE("a goroutine that is created anew ended before", "[bridge]") {
  Disagreement d;
  d.happens(1, T::ProcStatus, {0, kProcRunning});
  d.has(5, kRunnable);
  CHECK(d.bridge(1, T::GoCreate, {5, 0, 0}) == "mnew ProcStatus new 1; mnew GoStart 5 1; mnew GoDestroy");
}

TEST_CASE("a goroutine that ends closes its ranges", "[bridge]") {
  Disagreement d;
  d.running(1, 0, 5);
  d.happens(1, T::STWBegin, {1, 0});
  d.happens(1, T::GCMarkAssistBegin, {0});
  CHECK(d.bridge(1, T::GoDestroy) == "m1 STWEnd; m1 GCMarkAssistEnd");
}

TEST_CASE("a proc that starts was idle, and its thread had none", "[bridge]") {
  Disagreement d;
  d.happens(1, T::ProcStatus, {0, kProcRunning});
  d.happens(2, T::ProcStatus, {1, kProcRunning});
  CHECK(d.bridge(2, T::ProcStart, {0, 1}) == "m2 ProcStop; m1 ProcStop");
  CHECK(d.bridge(3, T::ProcStart, {7, 4}) == "m- ProcStatus 7 2");
}

TEST_CASE("a proc that is stolen was in a syscall where the event says, and is not if it was elsewhere", "[bridge]") {
  Disagreement unknown;
  CHECK(unknown.bridge(1, T::ProcSteal, {0, 5, 2}) == "m2 ProcStatus 0 3");
  Disagreement elsewhere;
  elsewhere.happens(3, T::ProcStatus, {0, kProcRunning});
  CHECK(elsewhere.bridge(1, T::ProcSteal, {0, 1, 2}) == "cannot be");
}

TEST_CASE("a range that ends began, and one that begins again ended", "[bridge]") {
  struct Range {
    T begin, end;
    std::string made_up_begin, made_up_end;
  };
  const Range range =
      GENERATE(Range{T::STWBegin, T::STWEnd, "m1 STWBegin 0 0", "m1 STWEnd"},
               Range{T::GCMarkAssistBegin, T::GCMarkAssistEnd, "m1 GCMarkAssistBegin 0", "m1 GCMarkAssistEnd"},
               Range{T::GCSweepBegin, T::GCSweepEnd, "m1 GCSweepBegin 0", "m1 GCSweepEnd 0 0"});
  Disagreement d;
  d.running(1, 0, 5);
  CHECK(d.bridge(1, range.end) == range.made_up_begin);
  d.happens(1, range.begin);
  if (range.begin != T::STWBegin) CHECK(d.bridge(1, range.begin) == range.made_up_end);
}

TEST_CASE("a collection that ends began, and one that begins again ended", "[bridge]") {
  Disagreement d;
  d.running(1, 0, 5);
  CHECK(d.bridge(1, T::GCEnd, {9}) == "m1 GCBegin 1 0");
  d.happens(1, T::GCBegin, {10, 0});
  CHECK(d.bridge(1, T::GCBegin, {12, 0}) == "m1 GCEnd 11");
}

TEST_CASE("a task that begins again ended", "[bridge]") {
  Disagreement d;
  d.running(1, 0, 5);
  d.happens(1, T::UserTaskBegin, {3, 0, 1, 0});
  CHECK(d.bridge(1, T::UserTaskBegin, {3, 0, 1, 0}) == "m1 UserTaskEnd 3 0");
}

TEST_CASE("a status that contradicts what was known is led up to", "[bridge]") {
  Disagreement d;
  d.running(1, 0, 5);
  CHECK(d.bridge(1, T::GoStatus, {5, 1, kInSyscall}) == "m1 GoStop 0 0; m1 GoStart 5 1; m1 GoSyscallBegin 1 0");
  d.generation(2);
  CHECK(d.bridge(kNone, T::GoStatus, {5, kNoId, kRunnable}) == "m1 GoStatus 5 1 3; m1 GoSyscallEnd; m1 GoStop 0 0");
  CHECK(d.bridge(2, T::ProcStatus, {0, kProcRunning}) == "m1 ProcStatus 0 1; m1 ProcStop; m2 ProcStart 0 1");
}

TEST_CASE("after the first generation a goroutine that nobody knows is created, and one that is known announced",
          "[bridge]") {
  Disagreement d;
  d.happens(1, T::ProcStatus, {0, kProcRunning});
  d.has(5, kRunnable);
  d.generation(2);
  CHECK(d.bridge(1, T::GoStart, {5, 1}) == "m- GoStatus 5 - 1");
  CHECK(d.bridge(2, T::GoUnblock, {6, 1, 0}) ==
        "mnew ProcStatus new 1; mnew GoCreate 6 0 0; mnew GoStart 6 1; mnew GoBlock 0 0");
}

TEST_CASE("what is made up has the time of the event that it is for, and says the proc of its thread before",
          "[bridge]") {
  Disagreement d;
  d.bridge(1, T::GoBlock, {0, 0});
  REQUIRE(d.steps.size() == 3);
  for (const Bridge::Step& step : d.steps) CHECK(step.event.time == 100);
  CHECK(d.steps[0].proc == kNone);
  CHECK(d.steps[1].proc == kNone);
  CHECK(d.steps[2].proc == static_cast<ProcId>(d.steps[0].event.args[0]));
}

TEST_CASE("nothing is made up for what no thread does, or for a status that does not exist", "[bridge]") {
  Disagreement d;
  CHECK(d.bridge(kNone, T::GoBlock, {0, 0}) == "cannot be");
  CHECK(d.steps.empty());
  CHECK(d.bridge(1, T::GoStatus, {5, 1, 0}) == "cannot be");
  CHECK(d.bridge(1, T::GoStatus, {5, 1, 9}) == "cannot be");
  CHECK(d.bridge(1, T::ProcStatus, {0, 9}) == "cannot be");
  CHECK(d.steps.empty());
}

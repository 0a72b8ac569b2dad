// What events come to, told event by event with times that can be added up by hand.
#include "analysis/summarizer.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "analysis/frames_record.h"
#include "reader/stack_table.h"
#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

// Makes events and hands them to a Summarizer. Stack n has the one function "main.fn".
class Told {
 public:
  explicit Told(SummaryOptions options = {true, true}) : summarizer(options) {
    for (std::uint64_t i = 1; i <= 9; ++i) {
      texts_.push_back("main.f" + std::to_string(i));
    }
    for (std::uint64_t i = 1; i <= 9; ++i) {
      strings_.insert(i, Text{texts_[i - 1].data(), static_cast<std::uint32_t>(texts_[i - 1].size())});
      stacks_.append_frame({i, i, i, i});
      stacks_.insert(i, 1);
    }
  }

  Told& at(Time time, GoroutineId goroutine = kNone, ProcId proc = kNone) {
    event_ = Event{};
    event_.time = time;
    event_.goroutine = goroutine;
    event_.proc = proc;
    event_.salvaged = salvaged;
    return *this;
  }
  template <typename Body>
  Told& body(Body body) {
    event_.body = body;
    summarizer.add(event_);
    return *this;
  }
  Told& sync() { return body(Sync{1, true, {}, {}}); }
  Told& go(GoroutineId id, State from, State to, std::string_view reason = "", std::uint64_t stack = 0) {
    return body(StateTransition{{ResourceKind::Goroutine, id}, from, to, reason, stacks_.stack(stack)});
  }
  Told& proc(ProcId id, State from, State to) {
    return body(StateTransition{{ResourceKind::Proc, id}, from, to, "", {}});
  }
  template <typename Body>
  Told& stop(std::string_view kind, GoroutineId id) {
    Body range;
    range.type = RangeType::StopTheWorld;
    range.stop_kind = kind;
    range.resource = {ResourceKind::Goroutine, id};
    return body(range);
  }
  template <typename Body>
  Told& mark() {
    Body range;
    range.type = RangeType::GCMark;
    return body(range);
  }

  Summarizer summarizer;
  bool salvaged = false;

 private:
  std::vector<std::string> texts_;
  StringTable strings_;
  StackTable stacks_{strings_};
  Event event_;
};

constexpr State kNew = State::NotExist;
constexpr State kBefore = State::Undetermined;
constexpr State kRuns = State::Running;
constexpr State kReady = State::Runnable;
constexpr State kWaits = State::Waiting;
constexpr State kCalls = State::Syscall;

Time blocked_by(const TimesByName& times, const std::string& reason) {
  for (const auto& [name, time] : times) {
    if (name == reason) return time;
  }
  return -1;
}

}  // namespace

TEST_CASE("a goroutine's time is split by its states", "[summary]") {
  Told told;
  told.at(100).sync();
  told.at(110, 1).go(7, kNew, kReady, "", 3);
  told.at(130).go(7, kReady, kRuns);
  told.at(160, 7).go(7, kRuns, kWaits, "chan receive", 3);
  told.at(200, 1).go(7, kWaits, kReady);
  told.at(205).go(7, kReady, kRuns);
  told.at(215, 7, 2).go(7, kRuns, kCalls, "", 3);
  told.at(235).proc(2, kRuns, State::Idle);
  told.at(300, 7).go(7, kCalls, kReady);
  told.at(310).go(7, kReady, kRuns);
  told.at(320, 7).go(7, kRuns, kNew);
  told.at(1000).sync();
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.each_goroutine.size() == 1);
  const GoroutineRow& row = summary.each_goroutine[0];
  CHECK(row.id == 7);
  CHECK(row.function == "main.f3");
  CHECK(row.creator == 1);
  CHECK(row.created == 10);
  CHECK(row.ended == 220);
  CHECK(row.total == 210);
  CHECK(row.times.execution == 30 + 10 + 10);
  CHECK(row.times.scheduling_wait == 20 + 5 + 10);
  CHECK(row.times.blocked == 40);
  CHECK(blocked_by(row.blocked, "chan receive") == 40);
  CHECK(row.times.syscall == 20);
  CHECK(row.times.syscall_block == 65);
  CHECK(summary.at_end.empty());
  CHECK(summary.span == 900);
  CHECK(summary.events == 10);
  CHECK(summary.scheduling_latency.count() == 3);
  CHECK(summary.scheduling_latency.greatest() == 20);
  REQUIRE(summary.functions.size() == 1);
  CHECK(summary.functions[0].scheduling_latency.total() == 35);
  CHECK(summary.functions[0].goroutines == 1);
}

TEST_CASE("what was so before the trace counts from its start", "[summary]") {
  Told told;
  told.at(100).sync();
  told.at(140).go(1, kBefore, kRuns);
  told.at(150).go(2, kBefore, kReady);
  told.at(160).go(2, kReady, kRuns);
  told.at(170).go(3, kBefore, kWaits);
  told.at(200).sync();
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.each_goroutine.size() == 3);
  CHECK(summary.each_goroutine[0].times.execution == 100);
  CHECK(!summary.each_goroutine[0].created);
  CHECK(summary.each_goroutine[1].times.scheduling_wait == 60);
  CHECK(summary.each_goroutine[2].times.blocked == 100);
  // How long it had been runnable before is not known.
  CHECK(summary.scheduling_latency.count() == 0);
  REQUIRE(summary.at_end.size() == 3);
  CHECK(summary.at_end[0].at_least == 100);
  CHECK(summary.at_end[0].since_start);
}

TEST_CASE("goroutines at the end tell what they wait for, for how long, and where", "[summary]") {
  Told told;
  told.at(100).sync();
  told.at(100).go(1, kBefore, kRuns);
  told.at(110, 1).go(5, kNew, kReady, "", 5);
  told.at(120).go(5, kReady, kRuns);
  told.at(130, 5).go(5, kRuns, kWaits, "forever", 5);
  told.at(140, 1).go(6, kNew, kReady, "", 6);
  told.at(500, 1).go(1, kRuns, kWaits, "sync", 2);
  told.at(700).sync();
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.at_end.size() == 3);
  const GoroutineAtEnd& forever = summary.at_end[0];
  CHECK((forever.id == 5 && forever.state == kWaits && forever.reason == "forever" && forever.at_least == 570));
  REQUIRE(forever.stack);
  CHECK(frames_of_record(summary.stacks[*forever.stack])[0].function == "main.f5");
  CHECK((summary.at_end[1].id == 6 && summary.at_end[1].state == kReady && summary.at_end[1].at_least == 560));
  CHECK((summary.at_end[2].id == 1 && summary.at_end[2].at_least == 200 && !summary.at_end[2].since_start));
  CHECK(summary.longest_blocked_at_end() == 570);
  // Waiting for ever counts as the end of a goroutine, as in go tool trace.
  CHECK(summary.each_goroutine[1].total == 20);
  CHECK(summary.each_goroutine[1].times.blocked == 0);
  CHECK((summary.most_goroutines == 3 && summary.most_goroutines_at == 40));
  // Who waits to run when the trace ends has waited for so long at least.
  REQUIRE(summary.longest_scheduling_latency);
  const Longest& wait = *summary.longest_scheduling_latency;
  CHECK((wait.goroutine == 6 && wait.duration == 560 && wait.begin == 40 && wait.unended));
  CHECK(frames_of_record(wait.stack)[0].function == "main.f6");
}

TEST_CASE("a wait to run that a cut leaves open counts only until the events that are not salvaged end", "[summary]") {
  Told told;
  told.at(100).sync();
  told.at(100).go(1, kBefore, kRuns);
  told.at(140, 1).go(6, kNew, kReady, "", 6);
  told.at(300).sync();
  told.salvaged = true;
  told.at(400, 1).go(7, kNew, kReady, "", 7);
  told.at(900, 1).go(1, kRuns, kWaits, "sync", 2);
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.longest_scheduling_latency);
  const Longest& wait = *summary.longest_scheduling_latency;
  CHECK((wait.goroutine == 6 && wait.duration == 160 && wait.begin == 40 && wait.unended));
  // What each did last is told all the same.
  CHECK((summary.at_end[0].id == 6 && summary.at_end[0].at_least == 760));
}

TEST_CASE("a goroutine of the runtime is not blocked at its end", "[summary]") {
  GoroutineAtEnd goroutine;
  goroutine.state = kWaits;
  CHECK_FALSE(goroutine.blocked());
  goroutine.function = "main.waits";
  CHECK(goroutine.blocked());
  goroutine.system = true;
  CHECK_FALSE(goroutine.blocked());
}

TEST_CASE("the most goroutines at one time count those that were there before", "[summary]") {
  Told told;
  told.at(1).sync();
  told.at(2, 1).go(10, kNew, kReady).go(11, kNew, kReady).go(10, kReady, kNew).go(12, kNew, kReady);
  told.at(3).go(1, kBefore, kRuns);  // told late, but it was there all the time
  told.at(4).go(2, kBefore, kWaits);
  told.at(5).go(11, kReady, kNew).go(12, kReady, kNew);
  const Summary summary = told.summarizer.finish();
  CHECK(summary.most_goroutines == 4);
  CHECK(summary.goroutines == 5);
}

TEST_CASE("pauses are counted by kind, and the collector's by themselves", "[summary]") {
  Told told;
  told.at(0).sync();
  told.at(10, 1).stop<RangeBegin>("GC sweep termination", 1);
  told.at(15, 1).stop<RangeEnd>("GC sweep termination", 1).mark<RangeBegin>();
  told.at(50, 1).stop<RangeBegin>("GC mark termination", 1);
  told.at(70, 1).mark<RangeEnd>().stop<RangeEnd>("GC mark termination", 1);
  told.at(80, 1).stop<RangeBegin>("start trace", 1);
  told.at(180, 1).stop<RangeEnd>("start trace", 1);
  told.at(190, 1).stop<RangeBegin>("GOMAXPROCS", 1).mark<RangeBegin>();
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.stop_the_world.size() == 4);
  CHECK(summary.stop_the_world[0].kind == "start trace");
  CHECK(summary.stop_the_world[0].durations.greatest() == 100);
  CHECK((summary.stop_the_world[3].kind == "GOMAXPROCS" && summary.stop_the_world[3].unended == 1));
  CHECK(summary.stop_the_world_all.count() == 3);
  CHECK(summary.stop_the_world_all.greatest() == 100);
  CHECK(summary.gc_pauses.greatest() == 20);
  CHECK(summary.gc_pauses.total() == 25);
  REQUIRE((summary.longest_stop_the_world && summary.longest_gc_pause));
  const Longest& stop = *summary.longest_stop_the_world;
  CHECK((stop.kind == "start trace" && stop.goroutine == 1 && stop.begin == 80 && !stop.unended));
  CHECK((summary.longest_gc_pause->duration == 20 && summary.longest_gc_pause->begin == 50));
  CHECK(summary.gc_cycles.greatest() == 55);
  CHECK(summary.gc_unended == 1);
}

TEST_CASE("tasks and regions have durations where both ends are in the trace", "[summary]") {
  Told told;
  told.at(0).sync();
  told.at(0).go(1, kBefore, kRuns, "", 1);
  told.at(10, 1).body(TaskBegin{{5, kNoTask, "request"}}).body(TaskBegin{{6, 5, "query"}});
  told.at(20, 1).body(RegionBegin{{5, "outer"}});
  told.at(30, 1).body(RegionBegin{{5, "inner"}});
  told.at(40, 1).go(1, kRuns, kWaits, "sleep", 1);
  told.at(60).go(1, kWaits, kRuns);
  told.at(70, 1).body(RegionEnd{{5, "inner"}}).body(RegionEnd{{5, "outer"}}).body(RegionEnd{{0, "earlier"}});
  told.at(90, 1).body(TaskEnd{{6, 5, "query"}}).body(TaskEnd{{4, kNoTask, ""}});
  told.at(95, 1).body(RegionBegin{{5, "inner"}});
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.regions.size() == 3);
  const RegionRow& outer = summary.regions[0];
  CHECK((outer.name == "outer" && outer.count == 1 && outer.durations.total() == 50));
  const RegionRow& inner = summary.regions[1];
  CHECK((inner.name == "inner" && inner.count == 2 && inner.unended == 1 && inner.durations.count() == 1));
  CHECK((inner.times.execution == 20 && inner.times.blocked == 20));
  CHECK((summary.regions[2].name == "earlier" && summary.regions[2].began_before == 1));
  CHECK(summary.each_goroutine[0].regions == 50);

  REQUIRE(summary.tasks.size() == 3);
  CHECK((summary.tasks[0].name == "query" && summary.tasks[0].durations.total() == 80));
  CHECK((!summary.tasks[1].name && summary.tasks[1].only_ended == 1 && summary.tasks[1].count == 0));
  CHECK((summary.tasks[2].name == "request" && summary.tasks[2].unended == 1));
  REQUIRE(summary.each_task.size() == 3);
  CHECK((summary.each_task[0].id == 4 && !summary.each_task[0].begin && summary.each_task[0].end == 90));
  CHECK((summary.each_task[1].id == 5 && summary.each_task[1].sub_tasks == 1 && !summary.each_task[1].duration()));
  CHECK((summary.each_task[2].parent == TaskId{5} && summary.each_task[2].duration() == 80));
}

TEST_CASE("time that is lost in a gap counts for nothing", "[summary]") {
  Told told;
  told.at(100).sync();
  told.at(110).go(1, kBefore, kRuns, "", 1).go(2, kBefore, kWaits, "", 2);
  told.at(150).go(1, kRuns, kRuns);
  told.at(900).sync();
  told.at(910).go(1, kBefore, kRuns, "", 1);
  told.at(1000).sync();
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.each_goroutine.size() == 2);
  CHECK(summary.each_goroutine[0].times.execution == 50 + 100);
  CHECK(summary.each_goroutine[0].total == 150);
  CHECK(summary.each_goroutine[1].times.blocked == 50);
  // Whether goroutine 2 is still there is not known.
  REQUIRE(summary.at_end.size() == 1);
  CHECK((summary.at_end[0].id == 1 && summary.at_end[0].since_start && summary.at_end[0].at_least == 100));
  CHECK(summary.goroutines == 2);
}

TEST_CASE("another trace in the stream has goroutines and tasks of its own", "[summary]") {
  Told told;
  told.at(100).sync();
  told.at(110).go(1, kBefore, kRuns, "", 1).body(TaskBegin{{5, kNoTask, "request"}});
  told.at(200).sync();
  told.summarizer.begin_segment();
  told.at(5).sync();
  told.at(6).go(1, kBefore, kWaits, "", 1);
  told.at(45).sync();
  const Summary summary = told.summarizer.finish();
  CHECK(summary.span == 140);
  CHECK(summary.goroutines == 2);
  REQUIRE(summary.at_end.size() == 1);
  CHECK(summary.at_end[0].state == kWaits);
  CHECK(summary.functions[0].times.execution == 100);
  CHECK(summary.functions[0].times.blocked == 40);
  CHECK(summary.tasks[0].unended == 1);
}

TEST_CASE("a goroutine of a C thread is one, however often it calls Go", "[summary]") {
  Told told;
  told.at(0).sync();
  for (Time time = 10; time < 40; time += 10) {
    told.at(time).go(9, kNew, kCalls).at(time + 2, 9).go(9, kCalls, kRuns).at(time + 5, 9).go(9, kRuns, kNew);
  }
  const Summary summary = told.summarizer.finish();
  REQUIRE(summary.each_goroutine.size() == 1);
  CHECK(summary.each_goroutine[0].times.syscall == 6);
  CHECK(summary.each_goroutine[0].times.execution == 9);
  CHECK(summary.each_goroutine[0].total == 15);
  CHECK(summary.goroutines == 1);
}

TEST_CASE("salvaged events count, in whatever order", "[summary]") {
  Told told;
  told.salvaged = true;
  told.at(100).sync();
  told.at(300).go(3, kReady, kRuns);
  told.at(250, 3).go(3, kRuns, kWaits, "sync", 3);  // another thread's clock
  told.at(260).go(4, kWaits, kReady);
  const Summary summary = told.summarizer.finish();
  CHECK(summary.events == 3);
  CHECK(summary.salvaged == 3);
  REQUIRE(summary.at_end.size() == 2);
  CHECK((summary.at_end[0].id == 3 && summary.at_end[0].salvaged && summary.at_end[0].at_least == 50));
}

TEST_CASE("every fixture can be summed up", "[summary]") {
  for (const std::string folder : {"ok", "truncated", "corrupt"}) {
    for (const Fixture& fixture : fixtures(folder, 400000)) {
      INFO(folder << "/" << fixture.name);
      SalvageReader reader(open_bytes(fixture.bytes));
      const Summary summary = summarize(reader, {true, true});
      std::uint64_t goroutines = 0;
      for (const FunctionRow& row : summary.functions) goroutines += row.goroutines;
      CHECK(goroutines == summary.goroutines);
      CHECK(summary.each_goroutine.size() == summary.goroutines);
      for (const GoroutineRow& row : summary.each_goroutine) {
        Time blocked = 0;
        for (const auto& [reason, time] : row.blocked) blocked += time;
        CHECK(blocked == row.times.blocked);
        if (summary.salvaged > 0) continue;
        const StateTimes& times = row.times;
        CHECK(times.execution + times.scheduling_wait + blocked + times.syscall + times.syscall_block == row.total);
      }
    }
  }
}

// What is kept of the end of a trace, told event by event.
#include "analysis/recent_activity.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace tracecheck;

namespace {

class Told {
 public:
  explicit Told(RecentBounds bounds = {}) : recent(bounds) { at(1000).body(Sync{1, true, {}, {}}); }

  /// `time` is from the trace's start, which is 1000 on its clock.
  Told& at(Time time, GoroutineId goroutine = kNone, ProcId proc = kNone) {
    event_ = Event{};
    event_.time = time;
    event_.goroutine = goroutine;
    event_.proc = proc;
    return *this;
  }
  template <typename Body>
  Told& body(Body body) {
    event_.body = body;
    recent.add(event_);
    return *this;
  }
  Told& go(GoroutineId id, State from, State to, std::string_view reason = "") {
    return body(StateTransition{{ResourceKind::Goroutine, id}, from, to, reason, {}});
  }
  Told& log(std::string_view message) { return body(Log{0, "category", message}); }

  std::vector<RecentSlice> slices(RecentKind kind) {
    std::vector<RecentSlice> found;
    for (const RecentSlice& slice : recent.slices()) {
      if (slice.kind == kind) found.push_back(slice);
    }
    return found;
  }

  RecentActivity recent;

 private:
  Event event_;
};

}  // namespace

TEST_CASE("Slices tell what a goroutine did, on which proc and why it stopped", "[recent]") {
  Told told;
  told.at(1010, 7, 3).go(1, State::NotExist, State::Runnable);
  told.at(1020, kNone, 3).go(1, State::Runnable, State::Running);
  told.at(1050, 1, 3).go(1, State::Running, State::Waiting, "select");
  told.at(1090);
  told.body(Metric{"/gc/heap/goal:bytes", 5});
  told.recent.finish();

  const auto runnable = told.slices(RecentKind::Runnable);
  REQUIRE(runnable.size() == 1);
  CHECK(runnable[0].begin == 10);
  CHECK(runnable[0].end == 20);
  const auto running = told.slices(RecentKind::Running);
  REQUIRE(running.size() == 1);
  CHECK(running[0].end == 50);
  CHECK(running[0].proc == 3);
  CHECK_FALSE(running[0].unended);
  const auto blocked = told.slices(RecentKind::Blocked);
  REQUIRE(blocked.size() == 1);
  CHECK(told.recent.text(blocked[0].name) == "select");
  CHECK(blocked[0].unended);
  CHECK(blocked[0].end == 90);
  const auto on_proc = told.slices(RecentKind::OnProc);
  REQUIRE(on_proc.size() == 1);
  CHECK(on_proc[0].goroutine == 1);
  CHECK(on_proc[0].begin == 20);
  CHECK(on_proc[0].end == 50);
  CHECK(told.recent.begin() == 0);
  CHECK_FALSE(told.recent.is_cut_short());
}

TEST_CASE("What was so as tracing began is told from its start", "[recent]") {
  Told told;
  told.at(1500).go(4, State::Undetermined, State::Waiting, "sleep");
  told.at(1600).body(Metric{});
  told.recent.finish();
  REQUIRE(told.recent.slices().size() == 1);
  CHECK(told.recent.slices()[0].begin == 0);
  CHECK(told.recent.slices()[0].since_start);
}

TEST_CASE("Slices beyond the bounds are forgotten, and the beginning says so", "[recent]") {
  RecentBounds bounds;
  const bool by_count = GENERATE(true, false);
  if (by_count) {
    bounds.most_slices = 10;
  } else {
    bounds.span = 100;
  }
  Told told(bounds);
  told.at(1000).go(1, State::NotExist, State::Runnable);
  for (Time time = 1010; time < 2000; time += 20) {
    told.at(time, kNone, 0).go(1, State::Runnable, State::Running);
    told.at(time + 10, 1, 0).go(1, State::Running, State::Runnable);
  }
  told.recent.finish();
  CHECK(told.recent.end() == 1000);
  CHECK(told.recent.is_cut_short() == by_count);
  CHECK(told.recent.slices().size() <= 20);
  // Without a gap from its beginning to the end.
  Time end = told.recent.begin();
  for (const RecentSlice& slice : told.recent.slices()) {
    if (slice.kind == RecentKind::OnProc || slice.end <= end) continue;
    CHECK(slice.begin <= end);
    end = slice.end;
  }
  CHECK(end == 1000);
}

TEST_CASE("Of too many goroutines those that run, or did something last, are kept", "[recent]") {
  RecentBounds bounds;
  bounds.most_goroutines = 3;
  Told told(bounds);
  told.at(1001).go(100, State::NotExist, State::Runnable);
  told.at(1002, kNone, 0).go(100, State::Runnable, State::Running);
  for (GoroutineId id = 1; id <= 10; ++id) told.at(1002 + id, 100, 0).go(id, State::NotExist, State::Waiting, "sleep");
  told.recent.finish();
  CHECK(told.recent.goroutines_left_out() == 8);
  std::vector<GoroutineId> kept;
  for (const RecentSlice& slice : told.recent.slices()) {
    if (slice.unended && slice.kind != RecentKind::OnProc) kept.push_back(slice.goroutine);
  }
  CHECK(kept == std::vector<GoroutineId>{9, 10, 100});
}

TEST_CASE("The last logs are kept, and all are counted", "[recent]") {
  RecentBounds bounds;
  bounds.most_logs = 2;
  Told told(bounds);
  for (const char* message : {"one", "two", "three"}) told.at(1100, 1).log(message);
  told.at(1200, 1).log(std::string(10000, 'x'));
  told.recent.finish();
  CHECK(told.recent.log_count() == 4);
  REQUIRE(told.recent.logs().size() == 2);
  CHECK(told.recent.logs()[0].message == "three");
  CHECK(told.recent.logs()[1].message.size() + told.recent.logs()[1].more_text == 10000);
}

TEST_CASE("Another trace in the stream begins anew", "[recent]") {
  Told told;
  told.at(1100, 1).log("before");
  told.recent.begin_segment();
  told.at(50000).body(Sync{1, true, {}, {}});
  told.at(50100, 1).log("after");
  told.recent.finish();
  REQUIRE(told.recent.logs().size() == 1);
  CHECK(told.recent.logs()[0].time == 100);
}

TEST_CASE("Behind a gap goroutines are told anew", "[recent]") {
  Told told;
  told.at(1010).go(1, State::NotExist, State::Waiting, "select");
  told.at(1100).body(Sync{2, true, {}, {}});
  told.at(1110).go(2, State::Undetermined, State::Waiting, "sleep");
  told.at(1120).body(Metric{});
  told.recent.finish();
  REQUIRE(told.recent.slices().size() == 2);
  CHECK_FALSE(told.recent.slices()[0].unended);
  CHECK(told.recent.slices()[1].goroutine == 2);
  CHECK(told.recent.slices()[1].since_start);
  CHECK(told.recent.slices()[1].begin == 110);
}

TEST_CASE("A goroutine that was there before the trace counts from its start, whenever it is told of", "[recent]") {
  constexpr Time kMillisecond = 1000000;
  Told told;
  told.at(1000).go(1, State::Undetermined, State::Waiting, "select");
  told.at(1000 + 2 * kMillisecond).go(2, State::NotExist, State::Waiting, "select");
  told.at(1000 + 3 * kMillisecond).go(2, State::Waiting, State::NotExist);
  told.at(1000 + 5 * kMillisecond).go(3, State::Undetermined, State::Waiting, "sleep");
  told.at(1000 + 5 * kMillisecond).go(3, State::Waiting, State::Runnable);
  told.at(1000 + 6 * kMillisecond).body(Metric{});
  told.recent.finish();
  std::vector<std::uint64_t> counts;
  for (const auto& step : told.recent.goroutines().steps()) counts.push_back(step.value_or(0));
  CHECK(counts == std::vector<std::uint64_t>{2, 2, 3, 3, 2, 2, 2});
}

TEST_CASE("Regions lie in one another, and those of a goroutine end with it", "[recent]") {
  Told told;
  told.at(1000).go(1, State::NotExist, State::Runnable);
  told.at(1001, kNone, 0).go(1, State::Runnable, State::Running);
  told.at(1010, 1, 0).body(RegionBegin{{0, "outer"}});
  told.at(1020, 1, 0).body(RegionBegin{{0, "inner"}});
  told.at(1030, 1, 0).body(RegionEnd{{0, "inner"}});
  told.at(1040, 1, 0).go(1, State::Running, State::NotExist);
  told.recent.finish();
  const auto regions = told.slices(RecentKind::Region);
  REQUIRE(regions.size() == 2);
  CHECK(told.recent.text(regions[0].name) == "inner");
  CHECK(regions[0].depth == 1);
  CHECK(told.recent.text(regions[1].name) == "outer");
  CHECK(regions[1].depth == 0);
  CHECK(regions[1].end == 40);
}

TEST_CASE("A course has the greatest value of each step, however long it gets", "[recent]") {
  Course course;
  constexpr Time kMillisecond = 1000000;
  course.set(3 * kMillisecond, 7);
  CHECK_FALSE(course.steps()[0]);
  CHECK(course.steps()[3] == 7U);
  for (Time time = 4; time < 10000; ++time) course.set(time * kMillisecond, time == 5000 ? 99 : 5);
  course.reach(20000 * kMillisecond);
  CHECK(course.steps().size() <= Course::kMostSteps);
  CHECK(course.width() * static_cast<Time>(course.steps().size()) > 20000 * kMillisecond);
  CHECK(course.steps()[static_cast<std::size_t>(5000 * kMillisecond / course.width())] == 99U);
  CHECK(course.steps().back() == 5U);
  CHECK(*course.steps().front() == 7U);
}

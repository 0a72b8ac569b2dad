#include "analysis/event_matcher.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace tracecheck;

namespace {

EventMatcher make(const EventMatcherOptions& options, const QueryOptions& query = {}) {
  auto made = EventMatcher::make(options, std::get<Query>(Query::make(query)));
  REQUIRE(std::holds_alternative<EventMatcher>(made));
  return std::get<EventMatcher>(std::move(made));
}

EventMatcherOptions kind(SearchKind kind) {
  EventMatcherOptions options;
  options.kinds.set(static_cast<std::size_t>(kind));
  return options;
}

QueryOptions either(std::string pattern) {
  QueryOptions options;
  options.either = {std::move(pattern)};
  return options;
}

Event event(EventBody body, Time time = 0) {
  Event result;
  result.time = time;
  result.goroutine = 1;
  result.body = std::move(body);
  return result;
}

Event transition(State from, State to, std::string_view reason = {}) {
  return event(StateTransition{goroutine_resource(7), from, to, reason, {}});
}

}  // namespace

TEST_CASE("Only events of the kinds asked for match", "[event matcher]") {
  EventMatcher matcher = make(kind(SearchKind::Task));
  CHECK(matcher.match(event(TaskBegin{}), nullptr) == Match::Yes);
  CHECK(matcher.match(event(TaskEnd{}), nullptr) == Match::Yes);
  CHECK(matcher.match(event(RegionBegin{}), nullptr) == Match::No);
  CHECK(matcher.match(event(Log{}), nullptr) == Match::No);
  CHECK(matcher.match(event(StackSample{}), nullptr) == Match::No);
}

TEST_CASE("Transitions of procs are none", "[event matcher]") {
  EventMatcher matcher = make(kind(SearchKind::Transition));
  CHECK(matcher.match(transition(State::Running, State::Waiting), nullptr) == Match::Yes);
  const StateTransition proc{proc_resource(1), State::Running, State::Idle, {}, {}};
  CHECK(matcher.match(event(proc), nullptr) == Match::No);
}

TEST_CASE("Patterns look at the texts of each kind", "[event matcher]") {
  const Event stops = transition(State::Running, State::Waiting, "chan receive");
  CHECK(make(kind(SearchKind::Transition), either("^Running->Waiting$")).match(stops, nullptr) == Match::Yes);
  CHECK(make(kind(SearchKind::Transition), either("chan")).match(stops, nullptr) == Match::Yes);
  CHECK(make(kind(SearchKind::Transition), either("sleep")).match(stops, nullptr) == Match::No);
  const Event range = event(RangeEnd{{RangeType::GCSweep, {}, proc_resource(3)}});
  CHECK(make(kind(SearchKind::Range), either("^GC incremental sweep$")).match(range, nullptr) == Match::Yes);
  CHECK(make(kind(SearchKind::Range), either("^proc 3$")).match(range, nullptr) == Match::Yes);
  CHECK(make(kind(SearchKind::Metric), either("heap")).match(event(Metric{"/gc/heap/goal:bytes", 1}), nullptr) ==
        Match::Yes);
  CHECK(make(kind(SearchKind::Label), either("^L$")).match(event(Label{"L", {}}), nullptr) == Match::Yes);
}

TEST_CASE("A goroutine that goes on does so after what it had stopped for", "[event matcher]") {
  Beginning waited;
  waited.reason = "sleep";
  EventMatcher matcher = make(kind(SearchKind::Transition), either("^sleep$"));
  CHECK(matcher.match(transition(State::Waiting, State::Runnable), &waited) == Match::Yes);
  CHECK(matcher.match(transition(State::Waiting, State::Runnable), nullptr) == Match::No);
}

TEST_CASE("A least duration leaves only ends", "[event matcher]") {
  EventMatcherOptions options = kind(SearchKind::Task);
  options.min_duration = 100;
  EventMatcher matcher = make(options);
  Beginning begun;
  begun.time = 50;
  CHECK(matcher.match(event(TaskBegin{}, 500), nullptr) == Match::No);
  CHECK(matcher.match(event(TaskEnd{}, 149), &begun) == Match::No);
  CHECK(matcher.match(event(TaskEnd{}, 150), &begun) == Match::Yes);
  CHECK(matcher.match_unended(event(TaskBegin{})) == Match::Yes);
  CHECK(make(kind(SearchKind::Task)).match_unended(event(TaskBegin{})) == Match::No);
}

TEST_CASE("A text that is lost may match, and inversion leaves that open", "[event matcher]") {
  Event begin = event(TaskBegin{});
  begin.lost_text[0] = 5;
  CHECK(make(kind(SearchKind::Task), either("a")).match(begin, nullptr) == Match::Perhaps);
  EventMatcherOptions inverted = kind(SearchKind::Task);
  inverted.invert = true;
  CHECK(make(inverted, either("a")).match(begin, nullptr) == Match::Perhaps);
  CHECK(make(inverted, either("a")).match(event(TaskBegin{{1, kNoTask, "a"}}), nullptr) == Match::No);
  CHECK(make(inverted, either("a")).match(event(TaskBegin{{1, kNoTask, "b"}}), nullptr) == Match::Yes);
}

TEST_CASE("Of a stop whose kind is lost, the rest of the name is there", "[event matcher]") {
  Event stop = event(RangeBegin{});
  stop.lost_text[0] = 5;
  CHECK(make(kind(SearchKind::Range), either("stop-the-world")).match(stop, nullptr) == Match::Yes);
  CHECK(make(kind(SearchKind::Range), either("termination")).match(stop, nullptr) == Match::Perhaps);
}

TEST_CASE("A pattern for stacks that is none is told", "[event matcher]") {
  EventMatcherOptions options = kind(SearchKind::Log);
  options.stack = {"("};
  auto made = EventMatcher::make(options, std::get<Query>(Query::make({})));
  CHECK(std::holds_alternative<std::string>(made));
  options.style.fixed = true;
  options.style.whole = true;
  CHECK(make(options).match(event(Log{}), nullptr) == Match::No);
}

#include "analysis/beginnings.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace tracecheck;

namespace {

Event at(Time time, EventBody body, GoroutineId goroutine = 1) {
  Event event;
  event.time = time;
  event.goroutine = goroutine;
  event.body = std::move(body);
  return event;
}

Event generation(Time time) {
  Sync sync;
  sync.begins_generation = true;
  return at(time, sync, kNone);
}

Event transition(Time time, GoroutineId id, State from, State to, std::string_view reason = {}) {
  return at(time, StateTransition{goroutine_resource(id), from, to, reason, {}});
}

// Follows events; everything that begins is noted.
class Followed {
 public:
  // What the event ended: its duration, "at least" before it, "" for nothing.
  std::string follow(const Event& event) {
    const Beginnings::Step step = durations_.follow(event);
    if (step.begun != nullptr) step.begun->note.selected = Match::Yes;
    if (step.ended == nullptr) return "";
    reason_ = step.ended->reason;
    return text(*step.ended, event.time);
  }
  const std::string& reason() const { return reason_; }

  std::vector<std::string> unended() {
    std::vector<std::string> texts;
    for (const Unended& unended : durations_.take_unended()) {
      texts.push_back(std::string(unended.salvaged ? "~" : "") + text(unended.beginning, unended.until));
    }
    return texts;
  }
  std::vector<std::string> finish() {
    durations_.finish();
    return unended();
  }

 private:
  static std::string text(const Beginning& beginning, Time end) {
    return (beginning.at_least ? "at least " : "") + std::to_string(beginning.lasted(end));
  }

  Beginnings durations_{{true, true, true, true}};
  std::string reason_;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("A state lasts from the transition into it to the one out of it", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  CHECK(followed.follow(transition(110, 5, State::NotExist, State::Runnable)).empty());
  CHECK(followed.follow(transition(130, 5, State::Runnable, State::Running)) == "20");
  CHECK(followed.follow(transition(135, 5, State::Running, State::Waiting, "chan receive")) == "5");
  CHECK(followed.follow(transition(235, 5, State::Waiting, State::Runnable)) == "100");
  CHECK(followed.reason() == "chan receive");
}

TEST_CASE("A status that is told again ends nothing", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(transition(110, 5, State::Running, State::Waiting));
  followed.follow(generation(200));
  CHECK(followed.follow(transition(210, 5, State::Waiting, State::Waiting)).empty());
  CHECK(followed.follow(transition(310, 5, State::Waiting, State::Runnable)) == "200");
}

TEST_CASE("A state that was lost in between has no duration", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(transition(110, 5, State::Runnable, State::Running));
  CHECK(followed.follow(transition(120, 5, State::Waiting, State::Runnable)).empty());
  CHECK(followed.follow(transition(130, 5, State::Runnable, State::Running)) == "10");
}

TEST_CASE("What was so as the trace began lasted at least since then", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(transition(180, 5, State::Undetermined, State::Waiting));
  CHECK(followed.follow(transition(190, 5, State::Waiting, State::Runnable)) == "at least 90");
  followed.follow(at(200, RangeActive{{RangeType::GCMark, {}, {}}}));
  CHECK(followed.follow(at(210, RangeEnd{{RangeType::GCMark, {}, {}}})) == "at least 110");
  CHECK(followed.follow(at(220, RegionEnd{})) == "at least 120");
  CHECK(followed.follow(at(230, TaskEnd{{3, kNoTask, {}}})) == "at least 130");
}

TEST_CASE("A task that is ended twice has lasted once", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(at(110, TaskBegin{{3, kNoTask, "t"}}));
  CHECK(followed.follow(at(120, TaskEnd{{3, kNoTask, "t"}})) == "10");
  CHECK(followed.follow(at(130, TaskEnd{{3, kNoTask, {}}})).empty());
  CHECK(followed.follow(at(140, TaskEnd{{2, kNoTask, {}}})) == "at least 40");
}

TEST_CASE("Where events may be missing, an end without a beginning tells nothing of when that was", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  Event end = at(140, TaskEnd{{2, kNoTask, {}}});
  end.salvaged = true;
  CHECK(followed.follow(end) == "at least 0");
}

TEST_CASE("Regions of a goroutine nest, and do not outlive it", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(at(110, RegionBegin{}));
  followed.follow(at(120, RegionBegin{}));
  followed.follow(at(125, RegionBegin{}, 2));
  CHECK(followed.follow(at(150, RegionEnd{})) == "30");
  CHECK(followed.unended().empty());
  followed.follow(transition(170, 1, State::Running, State::NotExist));
  CHECK(followed.unended() == Texts{"60"});
  CHECK(followed.finish() == Texts{"45"});
}

TEST_CASE("Ranges of different types and places go on beside each other", "[beginnings]") {
  const auto sweep = [](ProcId proc) { return Range{RangeType::GCSweep, {}, proc_resource(proc)}; };
  Followed followed;
  followed.follow(generation(100));
  followed.follow(at(110, RangeBegin{sweep(0)}));
  followed.follow(at(120, RangeBegin{sweep(1)}));
  followed.follow(at(130, RangeBegin{{RangeType::GCMarkAssist, {}, goroutine_resource(1)}}));
  CHECK(followed.follow(at(150, RangeEnd{{sweep(0)}})) == "40");
  CHECK(followed.follow(at(150, RangeEnd{{sweep(1)}})) == "30");
  CHECK(followed.finish() == Texts{"20"});
}

TEST_CASE("What has not ended lasts up to the latest event", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(transition(180, 5, State::Undetermined, State::Waiting));
  followed.follow(at(150, TaskBegin{{3, kNoTask, "t"}}));
  followed.follow(at(300, Metric{}));
  CHECK(followed.finish() == Texts{"at least 200", "150"});
  CHECK(followed.finish().empty());
}

TEST_CASE("A gap ends what can be known of what was under way", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(at(150, TaskBegin{{3, kNoTask, "t"}}));
  followed.follow(at(160, Metric{}));
  followed.follow(generation(1000));
  followed.follow(transition(1010, 5, State::Undetermined, State::Waiting));
  CHECK(followed.unended() == Texts{"10"});
  CHECK(followed.follow(transition(1030, 5, State::Waiting, State::Runnable)) == "at least 30");
}

TEST_CASE("Of an end that may be lost, that is told", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(at(150, TaskBegin{{3, kNoTask, "t"}}));
  Event log = at(160, Log{});
  log.salvaged = true;
  followed.follow(log);
  CHECK(followed.finish() == Texts{"~10"});
}

TEST_CASE("Times that damage has put into disorder give no negative durations", "[beginnings]") {
  Followed followed;
  followed.follow(generation(100));
  followed.follow(at(150, TaskBegin{{3, kNoTask, "t"}}));
  CHECK(followed.follow(at(140, TaskEnd{{3, kNoTask, "t"}})) == "0");
}

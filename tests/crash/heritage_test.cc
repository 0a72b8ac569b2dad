// What whole generations leave to a broken one.
#include "crash/heritage.h"

#include <catch2/catch.hpp>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/broken_generation.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

TraceBuilder trace_with(std::initializer_list<std::pair<std::uint64_t, std::string>> texts,
                        GoVersion version = GoVersion::Go126) {
  Records strings = Records().type(T::Strings);
  for (const auto& [id, text] : texts) strings.string(id, text);
  return TraceBuilder(version).batch(1, 1, 1000, Records().event(T::HeapAlloc, 50, {1})).table(1, strings);
}

TraceBuilder without_texts(GoVersion version = GoVersion::Go126) {
  return TraceBuilder(version).batch(1, 1, 1000, Records().event(T::HeapAlloc, 50, {1}));
}

// A broken generation in which a goroutine stops, or blocks, for that reason.
TraceBuilder with_reason(T type, std::uint64_t reason) {
  return TraceBuilder(GoVersion::Go123).batch(1, 1, 1000, Records().event(type, 50, {reason, 0}));
}

struct Heir {
  std::unique_ptr<Generation> generation;
  FrequencySource clock;
  std::string text(std::uint64_t id) const {
    const Text* text = generation->text(id);
    return text == nullptr ? "none" : std::string(text->view());
  }
};

Heir lend(Heritage& heritage, const TraceBuilder& broken) {
  Heir heir{unfinished_generation(broken), FrequencySource::Trace};
  heir.clock = heritage.lend(*heir.generation);
  return heir;
}

void learn(Heritage& heritage, const TraceBuilder& whole) { heritage.learn(*broken_generation(whole)); }

}  // namespace

TEST_CASE("a broken generation keeps a clock of its own", "[heritage]") {
  Heritage heritage(GoVersion::Go126, false);
  learn(heritage, without_texts().clock(1, 1000, 500'000'000));
  const Heir heir = lend(heritage, without_texts().clock(1, 1000, kNanoseconds));
  CHECK(heir.clock == FrequencySource::Trace);
  CHECK(heir.generation->start() == 1000);
}

TEST_CASE("a broken generation without a clock has that of the last whole one", "[heritage]") {
  Heritage heritage(GoVersion::Go126, false);
  learn(heritage, without_texts().clock(1, 1000, kNanoseconds));
  learn(heritage, without_texts().clock(1, 1000, 500'000'000));
  const Heir heir = lend(heritage, without_texts());
  CHECK(heir.clock == FrequencySource::EarlierGeneration);
  CHECK(heir.generation->start() == 2000);
}

TEST_CASE("where no generation has a clock 64 ns a unit are assumed", "[heritage]") {
  Heritage heritage(GoVersion::Go126, false);
  const Heir heir = lend(heritage, without_texts());
  CHECK(heir.clock == FrequencySource::Assumed);
  CHECK(heir.generation->start() == 64'000);
}

TEST_CASE("texts whose ids are the same in every trace are lent, but for ids that have one", "[heritage]") {
  Heritage heritage(GoVersion::Go126, false);
  const Heir heir = lend(heritage, trace_with({{16, "own"}}));
  CHECK(heir.text(12) == "chan receive");
  CHECK(heir.text(16) == "own");
  CHECK(heir.text(21) == "synctest");
  CHECK(heir.text(22) == "runtime.Gosched");
  CHECK(heir.text(24) == "none");
}

TEST_CASE("each version lends the list that it has", "[heritage]") {
  Heritage heritage(GoVersion::Go122, false);
  const Heir heir = lend(heritage, without_texts(GoVersion::Go122));
  CHECK(heir.text(19) == "sleep");
  CHECK(heir.text(20) == "runtime.Gosched");
  CHECK(heir.text(22) == "none");
}

TEST_CASE("why the world was stopped is known only where tracing began", "[heritage]") {
  Heritage heritage(GoVersion::Go126, false);
  CHECK(lend(heritage, without_texts()).text(23) == "start trace");
  CHECK(lend(heritage, without_texts()).text(23) == "none");
  Heritage later(GoVersion::Go126, false);
  learn(later, without_texts());
  CHECK(lend(later, without_texts()).text(23) == "none");
}

TEST_CASE("where the header does not tell the list, whole generations do", "[heritage]") {
  Heritage heritage(GoVersion::Go123, false);
  learn(heritage, trace_with({{21, "runtime.Gosched"}}, GoVersion::Go123));
  const Heir heir = lend(heritage, without_texts(GoVersion::Go123));
  CHECK(heir.text(20) == "GC weak to strong wait");
  CHECK(heir.text(21) == "runtime.Gosched");
  CHECK(heir.text(22) == "none");
}

TEST_CASE("where nothing else tells the list, the reasons of the broken generation's goroutines do", "[heritage]") {
  struct Case {
    T type;
    std::uint64_t reason;
    std::string text_of_20;
    std::string text_of_21;
  };
  const Case c =
      GENERATE(Case{T::GoStop, 20, "runtime.Gosched", "start trace"},
               Case{T::GoStop, 21, "GC weak to strong wait", "runtime.Gosched"},
               Case{T::GoStop, 22, "GC weak to strong wait", "synctest"},
               Case{T::GoBlock, 21, "GC weak to strong wait", "synctest"}, Case{T::GoStop, 16, "none", "none"},
               Case{T::GoStop, 5, "none", "none"}, Case{T::GoBlock, 12, "none", "none"});
  Heritage heritage(GoVersion::Go123, false);
  const Heir heir = lend(heritage, with_reason(c.type, c.reason));
  CHECK(heir.text(19) == "sleep");
  CHECK(heir.text(20) == c.text_of_20);
  CHECK(heir.text(21) == c.text_of_21);
}

TEST_CASE("behind a malformed event the reasons of later batches still count", "[heritage]") {
  Heritage heritage(GoVersion::Go123, false);
  TraceBuilder broken(GoVersion::Go123);
  broken.batch(1, 1, 1000, Records().byte(0xff)).batch(1, 1, 1000, Records().event(T::GoStop, 50, {20, 0}));
  CHECK(lend(heritage, broken).text(20) == "runtime.Gosched");
}

TEST_CASE("a trace that has other texts in those places is lent none", "[heritage]") {
  Heritage heritage(GoVersion::Go126, false);
  learn(heritage, trace_with({{12, "something else"}}));
  CHECK(lend(heritage, without_texts()).text(10) == "none");
}

namespace {

constexpr std::uint64_t kPc = 0x1001;

Records frame_of(std::uint64_t pc, std::uint64_t function, std::uint64_t line) {
  return Records().type(T::Stacks).stack(1, {{pc, function, 51, line}});
}

TraceBuilder with_frame() { return trace_with({{50, "main.work"}, {51, "/main.go"}}).table(1, frame_of(kPc, 50, 10)); }

Frame first_frame(const Heir& heir) { return heir.generation->stacks().frames(1).at(0); }

}  // namespace

TEST_CASE("a frame that lost its texts is lent what an earlier generation says of its pc, and marked", "[heritage]") {
  Heritage heritage(GoVersion::Go126, true);
  learn(heritage, with_frame());
  const Heir heir = lend(heritage, without_texts().table(1, frame_of(kPc, 60, 77)));
  const Frame frame = first_frame(heir);
  CHECK(frame.borrowed);
  CHECK(frame.function == "main.work");
  CHECK(frame.file == "/main.go");
  CHECK(frame.line == 10);
  CHECK(frame.lost_function == 0);
}

TEST_CASE("a frame whose pc nobody knows says which texts are lost", "[heritage]") {
  const bool with_frames = GENERATE(true, false);
  Heritage heritage(GoVersion::Go126, with_frames);
  learn(heritage, with_frame());
  const std::uint64_t pc = with_frames ? kPc + 1 : kPc;
  const Heir heir = lend(heritage, without_texts().table(1, frame_of(pc, 60, 77)));
  const Frame frame = first_frame(heir);
  CHECK_FALSE(frame.borrowed);
  CHECK(frame.function.empty());
  CHECK(frame.lost_function == 60);
  CHECK(frame.lost_file == 51);
  CHECK(frame.line == 77);
}

TEST_CASE("a frame with texts of its own is lent nothing", "[heritage]") {
  Heritage heritage(GoVersion::Go126, true);
  learn(heritage, with_frame());
  const Heir heir = lend(heritage, trace_with({{60, "main.other"}, {51, "/other.go"}}).table(1, frame_of(kPc, 60, 77)));
  const Frame frame = first_frame(heir);
  CHECK_FALSE(frame.borrowed);
  CHECK(frame.function == "main.other");
  CHECK(frame.line == 77);
}

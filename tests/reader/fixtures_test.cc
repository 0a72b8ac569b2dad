// The fixtures' folders are the verdicts.
#include <catch2/catch.hpp>

#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

constexpr std::size_t kAll = 1U << 24U;

}  // namespace

TEST_CASE("Fixtures in ok/ are complete", "[fixtures]") {
  for (const Fixture& fixture : fixtures("ok", kAll)) {
    INFO(fixture.name);
    const ReadResult result = read_trace(fixture.bytes);
    CHECK(result.verdict == Verdict::Complete);
    CHECK(result.damage.empty());
    CHECK(std::holds_alternative<CleanEnd>(result.ending));
    CHECK_FALSE(result.events.empty());
  }
}

TEST_CASE("Fixtures in truncated/ are truncated", "[fixtures]") {
  for (const Fixture& fixture : fixtures("truncated", kAll)) {
    INFO(fixture.name);
    const ReadResult result = read_trace(fixture.bytes);
    CHECK(result.verdict == Verdict::Truncated);
    CHECK(std::holds_alternative<Truncated>(result.ending));
  }
}

TEST_CASE("Fixtures in corrupt/ are corrupt", "[fixtures]") {
  for (const Fixture& fixture : fixtures("corrupt", kAll)) {
    INFO(fixture.name);
    const ReadResult result = read_trace(fixture.bytes);
    CHECK(result.verdict == Verdict::Corrupt);
    CHECK(std::holds_alternative<Corrupt>(result.ending));
  }
}

TEST_CASE("What is cut after two whole generations has them", "[fixtures]") {
  for (const Fixture& fixture : fixtures("truncated", kAll)) {
    if (fixture.name.find("-late") == std::string::npos) continue;
    INFO(fixture.name);
    const ReadResult result = read_trace(fixture.bytes);
    CHECK(result.generations.size() >= 2);
    CHECK(result.generations.at(0).state == GenerationState::Whole);
    CHECK(result.whole_events() > 0);
  }
}

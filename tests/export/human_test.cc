#include "export/human.h"

#include <catch2/catch.hpp>

using namespace tracecheck;

TEST_CASE("A duration beside a bound tells which is the longer", "[human]") {
  constexpr std::int64_t kBound = 5'000'000;
  CHECK(compared_duration_text(5'000'321, kBound) == "5.000321ms");
  CHECK(compared_duration_text(4'999'999, kBound) == "4.999999ms");
  CHECK(compared_duration_text(5'040'000, kBound) == "5.04ms");
  CHECK(compared_duration_text(kBound, kBound) == "5ms");
  CHECK(compared_duration_text(12'345'678, kBound) == "12.3ms");
  CHECK(compared_duration_text(17, kBound) == "17ns");
  CHECK(compared_duration_text(1'000'000'001, 1'000'000'000) == "1.000000001s");
  CHECK(compared_duration_text(1'000'000'000, 1'000'000'001) == "1s");
  CHECK(compared_duration_text(100'001, 100'000) == "100.001µs");
  CHECK(compared_duration_text(5, 0) == "5ns");
}

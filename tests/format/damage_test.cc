#include "tracecheck/damage.h"

#include <catch2/catch.hpp>

using namespace tracecheck;

TEST_CASE("Nothing wrong is complete, cuts alone are truncated, anything else among them is corrupt", "[damage]") {
  Damage cut;
  cut.severity = Severity::Truncated;
  Damage broken;
  broken.severity = Severity::Corrupt;
  CHECK(verdict_of(std::vector<Damage>{}) == Verdict::Complete);
  CHECK(verdict_of(std::vector{cut}) == Verdict::Truncated);
  CHECK(verdict_of(std::vector{cut, cut}) == Verdict::Truncated);
  CHECK(verdict_of(std::vector{cut, broken}) == Verdict::Corrupt);
  CHECK(verdict_of(std::vector{broken, cut}) == Verdict::Corrupt);
  CHECK(verdict_of(Severity::Truncated) == Verdict::Truncated);
  CHECK(verdict_of(Severity::Corrupt) == Verdict::Corrupt);
}

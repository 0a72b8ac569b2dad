#include "format/decimal.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>

namespace tracecheck {
namespace {

template <typename Integer>
std::string decimal(Integer value) {
  std::string text = "x";
  append_decimal(text, value);
  return text.substr(1);
}

TEST_CASE("Numbers of every length are as the standard library writes them", "[decimal]") {
  for (std::uint64_t power = 1;; power *= 10) {
    for (const std::uint64_t factor : {1, 2, 7, 9}) {
      for (const std::uint64_t value : {power * factor - 1, power * factor, power * factor + 1, power + factor}) {
        CHECK(decimal(value) == std::to_string(value));
        CHECK(decimal(static_cast<std::int64_t>(value)) == std::to_string(static_cast<std::int64_t>(value)));
        CHECK(decimal(-static_cast<std::int64_t>(value / 2)) == std::to_string(-static_cast<std::int64_t>(value / 2)));
      }
    }
    if (power > std::numeric_limits<std::uint64_t>::max() / 10) break;
  }
}

TEST_CASE("The small numbers are as the standard library writes them", "[decimal]") {
  for (std::uint32_t value = 0; value < 20000; ++value) REQUIRE(decimal(value) == std::to_string(value));
}

TEST_CASE("The least and the greatest numbers are as the standard library writes them", "[decimal]") {
  using Signed = std::numeric_limits<std::int64_t>;
  CHECK(decimal(Signed::min()) == std::to_string(Signed::min()));
  CHECK(decimal(Signed::max()) == std::to_string(Signed::max()));
  CHECK(decimal(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

}  // namespace
}  // namespace tracecheck

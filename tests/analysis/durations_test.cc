// Quantiles of many durations: exact while they are few, near enough when they are many, the same in one piece or
// merged.
#include "analysis/durations.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using namespace tracecheck;

namespace {

std::vector<Time> sorted_noise(std::size_t count, double most_power) {
  std::mt19937_64 random(count);
  std::uniform_real_distribution<double> power(0, most_power);
  std::vector<Time> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<Time>(std::exp2(power(random))));
  std::sort(values.begin(), values.end());
  return values;
}

Time nearest_rank(const std::vector<Time>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

constexpr double kShares[] = {0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1};

}  // namespace

TEST_CASE("no durations have no quantiles", "[durations]") {
  const Durations none;
  CHECK(none.count() == 0);
  CHECK(!none.least());
  CHECK(!none.greatest());
  CHECK(!none.quantile(0.5));
}

TEST_CASE("few durations have exact quantiles", "[durations]") {
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{99}, Durations::kExact}) {
    const std::vector<Time> sorted = sorted_noise(count, 50);
    std::vector<Time> shuffled = sorted;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(1));
    Durations durations;
    for (const Time value : shuffled) durations.add(value);
    for (const double share : kShares) CHECK(durations.quantile(share) == nearest_rank(sorted, share));
    CHECK(durations.least() == sorted.front());
    CHECK(durations.greatest() == sorted.back());
    CHECK(durations.total() == std::accumulate(sorted.begin(), sorted.end(), Time{0}));
  }
}

TEST_CASE("quantiles of many durations are off by less than one part in 250", "[durations]") {
  for (const std::size_t count : {Durations::kExact + 1, std::size_t{100000}}) {
    const std::vector<Time> sorted = sorted_noise(count, 62);
    Durations durations;
    for (const Time value : sorted) durations.add(value);
    for (const double share : kShares) {
      const auto exact = static_cast<double>(nearest_rank(sorted, share));
      INFO(count << " " << share);
      CHECK(std::abs(static_cast<double>(*durations.quantile(share)) - exact) <= exact / 250);
    }
    CHECK(durations.quantile(1) == sorted.back());
  }
}

TEST_CASE("durations that are merged are as if they had come together", "[durations]") {
  for (const std::size_t left : {std::size_t{0}, std::size_t{100}, std::size_t{500}, std::size_t{2000}}) {
    for (const std::size_t right : {std::size_t{0}, std::size_t{100}, std::size_t{500}, std::size_t{3000}}) {
      Durations a;
      Durations b;
      Durations both;
      for (const Time value : sorted_noise(left, 30)) {
        a.add(value);
        both.add(value);
      }
      for (const Time value : sorted_noise(right, 40)) {
        b.add(value);
        both.add(value);
      }
      a.merge(b);
      INFO(left << " and " << right);
      CHECK(a.count() == both.count());
      CHECK(a.total() == both.total());
      CHECK(a.least() == both.least());
      CHECK(a.greatest() == both.greatest());
      for (const double share : kShares) CHECK(a.quantile(share) == both.quantile(share));
      CHECK(a.by_power_of_two() == both.by_power_of_two());
    }
  }
}

TEST_CASE("durations are counted by powers of two exactly", "[durations]") {
  const std::vector<Time> sorted = sorted_noise(5000, 62);
  std::array<std::uint64_t, 63> expected{};
  Durations durations;
  for (const Time value : sorted) {
    ++expected[static_cast<std::size_t>(std::log2(static_cast<long double>(value)))];
    durations.add(value);
  }
  CHECK(durations.by_power_of_two() == expected);
}

TEST_CASE("what damage makes of durations does no harm", "[durations]") {
  Durations durations;
  for (int i = 0; i < 600; ++i) durations.add(INT64_MAX);
  durations.add(-5);
  CHECK(durations.total() == INT64_MAX);
  CHECK(durations.least() == 0);
  CHECK(durations.quantile(1) == INT64_MAX);
  CHECK(*durations.quantile(0.5) > INT64_MAX / 2);
}

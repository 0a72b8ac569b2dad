#include "analysis/durations.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tracecheck {
namespace {

constexpr unsigned kBits = 7;  // 128 buckets a power of two
constexpr std::size_t kLinear = std::size_t{1} << kBits;

// Durations below 128 ns have a bucket each; then each power of two has as many as these.
std::size_t bucket_of(Time duration) {
  const auto ns = static_cast<std::uint64_t>(duration);
  if (ns < kLinear) return static_cast<std::size_t>(ns);
  const auto shift = static_cast<unsigned>(std::bit_width(ns)) - kBits - 1;
  return (std::size_t{shift} << kBits) + static_cast<std::size_t>(ns >> shift);
}

Time middle_of(std::size_t bucket) {
  if (bucket < 2 * kLinear) return static_cast<Time>(bucket);
  const std::size_t shift = (bucket >> kBits) - 1;
  const std::uint64_t first = static_cast<std::uint64_t>(kLinear + (bucket & (kLinear - 1))) << shift;
  return static_cast<Time>(first + (std::uint64_t{1} << shift) / 2);
}

std::size_t power_of(Time duration) {
  return duration <= 1 ? 0 : static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(duration))) - 1;
}

}  // namespace

void Durations::add(Time duration) {
  duration = std::max<Time>(duration, 0);
  least_ = count_ == 0 ? duration : std::min(least_, duration);
  greatest_ = std::max(greatest_, duration);
  add_duration(total_, duration);
  ++count_;
  if (!buckets_.empty()) return count_in_bucket(duration, 1);
  exact_.push_back(duration);
  if (exact_.size() > kExact) leave_exact();
}

void Durations::count_in_bucket(Time duration, std::uint64_t times) {
  const std::size_t bucket = bucket_of(duration);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  buckets_[bucket] += times;
}

void Durations::leave_exact() {
  for (const Time duration : exact_) count_in_bucket(duration, 1);
  exact_.clear();
  exact_.shrink_to_fit();
}

void Durations::merge(const Durations& other) {
  if (other.buckets_.empty()) {
    for (const Time duration : other.exact_) add(duration);
    return;
  }
  if (buckets_.empty()) leave_exact();
  if (buckets_.size() < other.buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  least_ = count_ == 0 ? other.least_ : std::min(least_, other.least_);
  greatest_ = std::max(greatest_, other.greatest_);
  add_duration(total_, other.total_);
  count_ += other.count_;
}

std::optional<Time> Durations::quantile(double share) const {
  if (count_ == 0) return std::nullopt;
  const double wanted = std::ceil(share * static_cast<double>(count_));
  const std::uint64_t rank = wanted < 1 ? 1 : std::min(static_cast<std::uint64_t>(wanted), count_);
  if (buckets_.empty()) {
    std::vector<Time> sorted = exact_;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(sorted.begin(), at, sorted.end());
    return *at;
  }
  if (rank == count_) return greatest_;
  std::uint64_t passed = 0;
  std::size_t bucket = 0;
  while (passed + buckets_[bucket] < rank) passed += buckets_[bucket++];
  return std::clamp(middle_of(bucket), least_, greatest_);
}

std::array<std::uint64_t, 63> Durations::by_power_of_two() const {
  std::array<std::uint64_t, 63> counts{};
  for (const Time duration : exact_) ++counts[power_of(duration)];
  // A bucket lies within one power of two.
  for (std::size_t i = 0; i < buckets_.size(); ++i) counts[power_of(middle_of(i))] += buckets_[i];
  return counts;
}

}  // namespace tracecheck

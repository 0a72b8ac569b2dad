// Many durations as a few numbers: count, least, greatest, total, and quantiles. Mergeable.
//
// Up to kExact durations are kept as they are, and quantiles are exact. Of more, they are counted in buckets: a power
// of two is cut into 128 of equal width, and a quantile is off by less than one part in 250.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tracecheck/event.h"

namespace tracecheck {

/// Adds to a sum of durations, which stays at the greatest that there is where a damaged trace would overflow it.
inline void add_duration(Time& sum, Time duration) {
  if (__builtin_add_overflow(sum, duration, &sum)) sum = INT64_MAX;
}

class Durations {
 public:
  static constexpr std::size_t kExact = 512;

  /// In ns. Below 0, as damage may have it, counts as 0.
  void add(Time duration);
  void merge(const Durations& other);

  std::uint64_t count() const { return count_; }
  Time total() const { return total_; }
  // Of none, there is none.
  std::optional<Time> least() const { return count_ == 0 ? std::nullopt : std::optional(least_); }
  std::optional<Time> greatest() const { return count_ == 0 ? std::nullopt : std::optional(greatest_); }
  /// The duration that a part of `share` of all, 0 to 1, does not exceed (by nearest rank).
  std::optional<Time> quantile(double share) const;

  /// Durations from 2^i up to 2^(i+1) - 1 ns, by i; 0 counts with 1. Exact.
  std::array<std::uint64_t, 63> by_power_of_two() const;

 private:
  void count_in_bucket(Time duration, std::uint64_t times);
  void leave_exact();

  std::uint64_t count_ = 0;
  Time total_ = 0;
  Time least_ = 0;
  Time greatest_ = 0;
  std::vector<Time> exact_;
  std::vector<std::uint64_t> buckets_;  // in place of exact_, once there are too many
};

}  // namespace tracecheck

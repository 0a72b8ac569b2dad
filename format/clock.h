// Clock units to nanoseconds. Fact from: FORMAT.md section 5.
#pragma once

#include <cstdint>
#include <limits>

namespace tracecheck {

/// Converts clock values with one generation's frequency.
class Clock {
 public:
  Clock() = default;
  /// `frequency` in units a second; 0 is what the reference accepts, and converts everything to INT64_MIN.
  explicit Clock(std::uint64_t frequency) : ns_per_unit_(1.0 / (static_cast<double>(frequency) / 1e9)) {
    // Where a unit is a whole number of ns (64 nearly everywhere), products below 2^53 are exact either way.
    const bool whole = ns_per_unit_ >= 1 && ns_per_unit_ < 0x1p20 &&
                       ns_per_unit_ == static_cast<double>(static_cast<std::int64_t>(ns_per_unit_));
    if (!whole) return;
    whole_ns_ = static_cast<std::uint64_t>(ns_per_unit_);
    whole_below_ = (1ULL << 53U) / whole_ns_;
  }

  /// Nanoseconds, truncated. Beyond int64 it is -2^63, as the reference reader has it on amd64.
  std::int64_t to_ns(std::uint64_t units) const {
    if (units < whole_below_) [[likely]]
      return static_cast<std::int64_t>(units * whole_ns_);
    const double ns = static_cast<double>(units) * ns_per_unit_;
    // Written so that NaN takes the second way too.
    if (ns >= -0x1p63 && ns < 0x1p63) [[likely]]
      return static_cast<std::int64_t>(ns);
    return std::numeric_limits<std::int64_t>::min();
  }

 private:
  double ns_per_unit_ = 0;
  std::uint64_t whole_ns_ = 0;
  std::uint64_t whole_below_ = 0;  // units for which whole_ns_ gives the same as the multiplication; 0: none
};

/// Sum of two times that wraps instead of being undefined.
inline std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// A sum that stays at the end of the range rather than passing it.
inline std::int64_t clipped_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

/// From `start` to `time`; wraps where damaged bytes name times too far apart.
inline std::int64_t elapsed(std::int64_t start, std::int64_t time) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(start));
}

}  // namespace tracecheck

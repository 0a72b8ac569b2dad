#include "analysis/wall_clock.h"

#include "format/clock.h"

namespace tracecheck {

std::optional<std::int64_t> wall_ns_at(const ClockSnapshot& snapshot, Time time) {
  constexpr std::int64_t kSecond = 1000000000;
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(static_cast<std::int64_t>(snapshot.wall_seconds), kSecond, &ns) ||
      __builtin_add_overflow(ns, static_cast<std::int64_t>(snapshot.wall_nanoseconds), &ns) ||
      __builtin_add_overflow(ns, elapsed(snapshot.trace, time), &ns)) {
    return std::nullopt;
  }
  return ns;
}

void WallClock::begin_generation(const std::optional<ClockSnapshot>& own) {
  if (!own) return;
  // By what the earlier reading says of the moment of this one.
  const auto before = snapshot_ ? wall_ns_at(*snapshot_, own->trace) : std::nullopt;
  const auto now = wall_ns_at(*own, own->trace);
  if (!before || !now || *now >= *before) snapshot_ = own;
}

}  // namespace tracecheck

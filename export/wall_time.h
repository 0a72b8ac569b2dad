// Wall times as text: RFC 3339 with nanoseconds.
#pragma once

#include <cstdint>
#include <string>

#include "tracecheck/event.h"

namespace tracecheck {

/// In the local zone, "2026-11-23T22:12:47.5+01:00", trailing zeros left out; the zone of TZ or the system.
std::string local_wall_time(std::uint64_t seconds, std::uint64_t nanoseconds);

/// In UTC, "2026-11-23T21:12:47.500000000Z", always with nine digits, so that texts sort as times do.
std::string utc_wall_time(std::uint64_t seconds, std::uint64_t nanoseconds);

/// That of `time` on the trace's clock, reckoned from a snapshot.
std::string wall_time_at(const ClockSnapshot& snapshot, Time time);

}  // namespace tracecheck

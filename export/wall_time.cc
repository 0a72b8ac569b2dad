#include "export/wall_time.h"

#include <cstdio>
#include <ctime>

#include "format/clock.h"

namespace tracecheck {
namespace {

// Go normalises nanoseconds beyond a second, and takes both numbers as signed.
struct Instant {
  std::int64_t seconds;
  std::int64_t nanoseconds;
};

Instant normalise(std::uint64_t seconds, std::uint64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1000000000;
  auto ns = static_cast<std::int64_t>(nanoseconds);
  std::int64_t carry = ns / kSecond;
  ns %= kSecond;
  if (ns < 0) {
    ns += kSecond;
    --carry;
  }
  return {static_cast<std::int64_t>(seconds + static_cast<std::uint64_t>(carry)), ns};
}

std::string format_seconds(const std::tm& when) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04lld-%02d-%02dT%02d:%02d:%02d", when.tm_year + 1900LL, when.tm_mon + 1,
                when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec);
  return buffer;
}

std::string fraction(std::int64_t nanoseconds) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, ".%09lld", static_cast<long long>(nanoseconds));
  return buffer;
}

std::string zone(long offset_seconds) {
  if (offset_seconds == 0) return "Z";
  const long minutes = (offset_seconds < 0 ? -offset_seconds : offset_seconds) / 60;
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%c%02ld:%02ld", offset_seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return buffer;
}

}  // namespace

std::string local_wall_time(std::uint64_t seconds, std::uint64_t nanoseconds) {
  const Instant instant = normalise(seconds, nanoseconds);
  const std::time_t t = instant.seconds;
  std::tm when{};
  if (localtime_r(&t, &when) == nullptr) return std::to_string(instant.seconds) + "s";
  std::string text = format_seconds(when);
  if (instant.nanoseconds != 0) {
    text += fraction(instant.nanoseconds);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + zone(when.tm_gmtoff);
}

std::string utc_wall_time(std::uint64_t seconds, std::uint64_t nanoseconds) {
  const Instant instant = normalise(seconds, nanoseconds);
  const std::time_t t = instant.seconds;
  std::tm when{};
  if (gmtime_r(&t, &when) == nullptr) return std::to_string(instant.seconds) + "s";
  return format_seconds(when) + fraction(instant.nanoseconds) + "Z";
}

std::string wall_time_at(const ClockSnapshot& snapshot, Time time) {
  const auto since = static_cast<std::uint64_t>(elapsed(snapshot.trace, time));
  return utc_wall_time(snapshot.wall_seconds, snapshot.wall_nanoseconds + since);
}

}  // namespace tracecheck

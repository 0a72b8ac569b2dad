#include "export/human.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "format/decimal.h"

namespace tracecheck {
namespace {

std::string short_number(double value, const char* unit) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.3g%s", value, unit);
  return buffer;
}

// All digits, as many as there are.
std::string exact_duration_text(std::int64_t nanoseconds) {
  if (nanoseconds < 1000) return std::to_string(nanoseconds) + "ns";
  const bool micro = nanoseconds < 1000000;
  const bool milli = !micro && nanoseconds < 1000000000;
  const std::int64_t unit = micro ? 1000 : milli ? 1000000 : 1000000000;
  std::string text = std::to_string(nanoseconds / unit) + ".";
  text += std::to_string(unit + nanoseconds % unit).substr(1);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + (micro ? "µs" : milli ? "ms" : "s");
}

}  // namespace

std::string version_text(GoVersion version) {
  return "go 1." + std::to_string(minor_of(version)) + (version == GoVersion::Go123 ? " or 1.24" : "");
}

std::string counted(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string duration_text(std::int64_t nanoseconds) {
  if (nanoseconds < 1000) return std::to_string(nanoseconds) + "ns";
  const auto ns = static_cast<double>(nanoseconds);
  if (ns < 999.5e3) return short_number(ns / 1e3, "µs");
  if (ns < 999.5e6) return short_number(ns / 1e6, "ms");
  if (ns < 999.5e9) return short_number(ns / 1e9, "s");
  return std::to_string(nanoseconds / 1000000000) + "s";
}

std::string compared_duration_text(std::int64_t nanoseconds, std::int64_t bound) {
  // Three digits are off by half a percent at most.
  const bool close = nanoseconds != bound && std::abs(nanoseconds - bound) <= bound / 100;
  return close ? exact_duration_text(nanoseconds) : duration_text(nanoseconds);
}

void append_seconds(std::string& out, std::int64_t nanoseconds) {
  const bool negative = nanoseconds < 0;
  const std::uint64_t ns =
      negative ? 0 - static_cast<std::uint64_t>(nanoseconds) : static_cast<std::uint64_t>(nanoseconds);
  constexpr std::uint64_t kSecond = 1000000000;
  if (negative) out += '-';
  append_decimal(out, ns / kSecond);
  // A second more, so that leading zeros are written; its own digit then becomes the point.
  const std::size_t point = out.size();
  append_decimal(out, static_cast<std::uint32_t>(kSecond + ns % kSecond));
  out[point] = '.';
}

std::string seconds_text(std::int64_t nanoseconds) {
  std::string text;
  append_seconds(text, nanoseconds);
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 4> kUnits = {" kB", " MB", " GB", " TB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return short_number(value, kUnits[unit]);
}

}  // namespace tracecheck

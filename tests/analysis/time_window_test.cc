#include "analysis/time_window.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace tracecheck;

namespace {

constexpr std::int64_t kSecond = 1000000000;

TimePoint point(std::string_view text) {
  INFO(text);
  const auto parsed = parse_time_point(text);
  REQUIRE(parsed);
  return *parsed;
}

std::int64_t from_start(std::string_view text) {
  const TimePoint parsed = point(text);
  CHECK(parsed.from == TimePoint::From::Start);
  return parsed.ns;
}

TimeBounds bounds(std::string_view since, std::string_view until) {
  TimeBounds result;
  if (!since.empty()) result.since = point(since);
  if (!until.empty()) result.until = point(until);
  return result;
}

/// A window that notes what it lets out.
struct Line {
  explicit Line(const TimeBounds& bounds)
      : window(bounds, [this](std::string_view line) {
          out += line;
          return out.size() < enough;
        }) {}
  void at(std::int64_t seconds) {
    window.add(seconds * kSecond, std::to_string(seconds));
    window.reach(seconds * kSecond);
  }
  void from_to(std::int64_t first, std::int64_t last) {
    for (std::int64_t s = first; s <= last; ++s) at(s);
  }
  std::string out;
  std::size_t enough = 1000;
  TimeWindow window;
};

std::string let_out(std::string_view since, std::string_view until) {
  Line line(bounds(since, until));
  line.from_to(0, 9);
  line.window.finish();
  return line.out;
}

}  // namespace

TEST_CASE("Times are read as they are written in Go", "[time]") {
  CHECK(from_start("1.5s") == 1500000000);
  CHECK(from_start("200ms") == 200000000);
  CHECK(from_start("2m") == 120 * kSecond);
  CHECK(from_start("1h2m3.000000004s") == 3723 * kSecond + 4);
  CHECK(from_start("7us") == 7000);
  CHECK(from_start("7µs") == 7000);
  CHECK(from_start("9ns") == 9);
  CHECK(from_start(".5s") == 500000000);
  CHECK(from_start("3.s") == 3 * kSecond);
  CHECK(from_start("0.1234567899s") == 123456789);
  CHECK(from_start("0.000502976") == 502976);
  CHECK(from_start("0") == 0);
}

TEST_CASE("A time with a minus counts from the end", "[time]") {
  CHECK(point("-2s").from == TimePoint::From::End);
  CHECK(point("-2s").ns == -2 * kSecond);
  CHECK(point("-0s").from == TimePoint::From::End);
}

TEST_CASE("RFC 3339 times are read to the nanosecond, in any zone", "[time]") {
  CHECK(point("1970-01-01T00:00:00Z").from == TimePoint::From::Epoch);
  CHECK(point("1970-01-01T00:00:00Z").ns == 0);
  CHECK(point("2026-11-23T22:12:47.5+01:00").ns == 1795468367500000000);
  CHECK(point("2026-11-23T21:12:47.500000001z").ns == 1795468367500000001);
  CHECK(point("2026-11-23 15:42:47-05:30").ns == 1795468367000000000);
  CHECK(point("2024-02-29T23:59:60Z").ns == point("2024-03-01T00:00:00Z").ns);
}

TEST_CASE("What is no time is refused", "[time]") {
  for (const char* text : {"",
                           "-",
                           "s",
                           ".",
                           ".s",
                           "1x",
                           "1.5.s",
                           "--2s",
                           "-1970-01-01T00:00:00Z",
                           "1s 2s",
                           " 1s",
                           "1e3s",
                           "5s3",
                           "1970-01-01",
                           "1970-01-01T00:00:00",
                           "1970-13-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "1970-01-01T24:00:00Z",
                           "1970-01-01T00:60:00Z",
                           "1970-01-01T00:00:00.Z",
                           "1970-01-01T00:00:00+1:00",
                           "1970-01-01T00:00:00Zx",
                           "9223372037s",
                           "99999999999999999999s",
                           "9999-12-31T23:59:59Z",
                           "9223372036s9223372036s"}) {
    INFO(text);
    CHECK_FALSE(parse_time_point(text));
  }
}

TEST_CASE("A duration has a unit, unless it is 0", "[time]") {
  CHECK(parse_duration("5ms") == 5000000);
  CHECK(parse_duration("0") == 0);
  CHECK(parse_duration("0.0") == 0);
  for (const char* text : {"5", "1.5", "1h5", "."}) CHECK_FALSE(parse_duration(text));
  CHECK(not_a_duration("5") == "5 has no unit: 5ms or 5s");
  CHECK(not_a_duration("1h5") == "1h5 is not a duration: give one like 5ms, 1.5s or 2m");
  CHECK(not_a_duration("") == "'' is not a duration: give one like 5ms, 1.5s or 2m");
}

TEST_CASE("Both bounds are in", "[time]") {
  CHECK(let_out("", "") == "0123456789");
  CHECK(let_out("3s", "") == "3456789");
  CHECK(let_out("", "3s") == "0123");
  CHECK(let_out("3s", "5s") == "345");
  CHECK(let_out("5s", "3s").empty());
}

TEST_CASE("Bounds from the end, alone and with others", "[time]") {
  CHECK(let_out("-2s", "") == "789");
  CHECK(let_out("", "-2s") == "01234567");
  CHECK(let_out("-5s", "-3s") == "456");
  CHECK(let_out("-5s", "7s") == "4567");
  CHECK(let_out("2s", "-5s") == "234");
  CHECK(let_out("-0s", "") == "9");
  CHECK(let_out("-100s", "") == "0123456789");
  CHECK(let_out("", "-100s").empty());
}

TEST_CASE("What is certain comes out at once", "[time]") {
  Line line(bounds("", "-2s"));
  line.from_to(0, 5);
  CHECK(line.out == "0123");
  line.at(6);
  CHECK(line.out == "01234");
}

TEST_CASE("The end is the latest event, wanted or not", "[time]") {
  Line line(bounds("-2s", ""));
  line.from_to(0, 9);
  line.window.reach(11 * kSecond);
  line.window.finish();
  CHECK(line.out == "9");
}

TEST_CASE("What cannot be in any more is not asked for", "[time]") {
  Line line(bounds("-2s", ""));
  line.from_to(0, 9);
  CHECK_FALSE(line.window.wants(6 * kSecond));
  CHECK(line.window.wants(7 * kSecond));
}

TEST_CASE("Each trace of a stream has an end of its own", "[time]") {
  Line line(bounds("-2s", ""));
  line.from_to(0, 9);
  CHECK(line.window.begin_trace());
  CHECK(line.out == "789");
  line.from_to(0, 4);
  CHECK(line.window.finish());
  CHECK(line.out == "789234");
}

TEST_CASE("A window closes when its taker has enough", "[time]") {
  Line line(bounds("", ""));
  line.enough = 3;
  line.from_to(0, 9);
  CHECK(line.out == "012");
  CHECK_FALSE(line.window.add(1, "x"));
}

TEST_CASE("A wall clock places dates on the trace's clock", "[time]") {
  Line line(bounds("1970-01-01T00:16:43Z", "1970-01-01T00:16:45.5Z"));  // 1003 s, 1005.5 s
  line.window.set_clock(50 * kSecond, std::nullopt);
  line.at(3);
  CHECK(line.out.empty());
  // The trace starts at 50 s of its clock, which is 1000 s of the wall's.
  line.window.set_clock(50 * kSecond, ClockSnapshot{51 * kSecond, 0, 1001, 0});
  line.from_to(0, 9);
  CHECK(line.out == "345");
  // Another trace, which has no clock: that of the one before tells nothing of it.
  line.window.set_clock(0, std::nullopt);
  line.at(4);
  CHECK(line.out == "345");
}

TEST_CASE("Times at the ends of the range do not wrap", "[time]") {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  TimeWindow window(bounds("-2s", "-1s"), [](std::string_view) { return true; });
  CHECK(window.add(kMin, "a"));
  CHECK(window.reach(kMin));
  CHECK(window.add(kMax, "b"));
  CHECK(window.reach(kMax));
  CHECK(window.finish());
  TimeWindow wall(bounds("1970-01-01T00:16:43Z", ""), [](std::string_view) { return true; });
  wall.set_clock(kMin, ClockSnapshot{kMax, 0, ~0ULL, ~0ULL});
  CHECK(wall.add(kMax, "c"));
}

#include "analysis/time_window.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

#include "analysis/named.h"
#include "analysis/wall_clock.h"
#include "format/clock.h"

namespace tracecheck {
namespace {

constexpr std::int64_t kSecond = 1000000000;

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
// Longer names first: "m" begins "ms".
constexpr Unit kUnits[] = {{"ms", 1000000}, {"us", 1000},          {"\u00b5s", 1000},   {"\u03bcs", 1000},
                           {"ns", 1},       {"h", 3600 * kSecond}, {"m", 60 * kSecond}, {"s", kSecond}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::int64_t> take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (take(text, unit.name)) return unit.ns;
  }
  return std::nullopt;
}

// WHOLE.FRACTION units in ns; digits below a nanosecond are dropped.
std::optional<std::int64_t> scaled(std::string_view whole, std::string_view fraction, std::int64_t unit) {
  std::int64_t value = 0;
  if (!whole.empty() && std::from_chars(whole.data(), whole.data() + whole.size(), value).ec != std::errc()) {
    return std::nullopt;
  }
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(value, unit, &ns)) return std::nullopt;
  std::int64_t scale = unit;
  for (const char digit : fraction) {
    scale /= 10;
    if (__builtin_add_overflow(ns, (digit - '0') * scale, &ns)) return std::nullopt;
  }
  return ns;
}

// Exactly `count` digits.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest).substr(0, count);
  if (digits.size() != count) return std::nullopt;
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  text.remove_prefix(count);
  return value;
}

std::optional<int> take_number_after(std::string_view& text, std::string_view separator, std::size_t count) {
  return take(text, separator) ? take_number(text, count) : std::nullopt;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  const auto month = take_number_after(text, "-", 2);
  const auto day = take_number_after(text, "-", 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400};
}

std::optional<std::int64_t> take_clock_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  const auto minute = take_number_after(text, ":", 2);
  const auto second = take_number_after(text, ":", 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return *hour * std::int64_t{3600} + *minute * 60 + *second;
}

// Seconds east of Greenwich; must be the end of `text`.
std::optional<std::int64_t> parse_zone(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  const auto minutes = take_number_after(text, ":", 2);
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (*hours * std::int64_t{3600} + *minutes * 60);
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !(take(text, "T") || take(text, "t") || take(text, " "))) return std::nullopt;
  const auto time = take_clock_time(text);
  if (!time) return std::nullopt;
  std::string_view fraction;
  if (take(text, ".") && (fraction = take_digits(text)).empty()) return std::nullopt;
  const auto zone = parse_zone(text);
  const auto below_second = scaled({}, fraction, kSecond);
  std::int64_t ns = 0;
  if (!zone || !below_second || __builtin_mul_overflow(*date + *time - *zone, kSecond, &ns) ||
      __builtin_add_overflow(ns, *below_second, &ns)) {
    return std::nullopt;
  }
  return ns;
}

std::int64_t clipped_subtract(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

// A number without a unit, in seconds.
std::optional<std::int64_t> parse_seconds(std::string_view text) {
  const std::string_view whole = take_digits(text);
  const std::string_view fraction = take(text, ".") ? take_digits(text) : std::string_view();
  if ((whole.empty() && fraction.empty()) || !text.empty()) return std::nullopt;
  return scaled(whole, fraction, kSecond);
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  if (const auto seconds = parse_seconds(text); seconds == 0) return 0;
  std::int64_t total = 0;
  bool first = true;
  while (first || !text.empty()) {
    const std::string_view whole = take_digits(text);
    const std::string_view fraction = take(text, ".") ? take_digits(text) : std::string_view();
    if (whole.empty() && fraction.empty()) return std::nullopt;
    const std::optional<std::int64_t> unit = take_unit(text);
    if (!unit) return std::nullopt;
    const std::optional<std::int64_t> ns = scaled(whole, fraction, *unit);
    if (!ns || __builtin_add_overflow(total, *ns, &total)) return std::nullopt;
    first = false;
  }
  return total;
}

std::string not_a_duration(std::string_view text) {
  const std::string shown = named(text);
  if (parse_seconds(text)) return shown + " has no unit: " + shown + "ms or " + shown + "s";
  // It would be one if its numbers were small.
  std::string small(text);
  std::replace_if(small.begin(), small.end(), is_digit, '0');
  if (parse_duration(small)) return shown + " is too long";
  return shown + " is not a duration: give one like 5ms, 1.5s or 2m";
}

std::optional<TimePoint> parse_time_point(std::string_view text) {
  const bool from_end = text.starts_with('-');
  const std::string_view distance = from_end ? text.substr(1) : text;
  // A bare number is what the output shows: seconds.
  const auto seconds = parse_seconds(distance);
  if (const auto ns = seconds ? seconds : parse_duration(distance)) {
    return from_end ? TimePoint{TimePoint::From::End, -*ns} : TimePoint{TimePoint::From::Start, *ns};
  }
  if (const auto ns = parse_rfc3339(text)) return TimePoint{TimePoint::From::Epoch, *ns};
  return std::nullopt;
}

void TimeWindow::set_clock(Time start, const std::optional<ClockSnapshot>& snapshot) {
  start_ = start;
  snapshot_ = snapshot;
}

// `point` on the scale of event times, if that is known; `end` is where the trace ends, as far as is known.
std::optional<Time> TimeWindow::resolve(const TimePoint& point, Time end) const {
  switch (point.from) {
    case TimePoint::From::Start: return point.ns;
    case TimePoint::From::End: return clipped_add(end, point.ns);
    case TimePoint::From::Epoch: break;
  }
  if (!snapshot_) return std::nullopt;
  const std::int64_t wall = wall_ns_at(*snapshot_, snapshot_->trace).value_or(std::numeric_limits<std::int64_t>::max());
  return clipped_add(clipped_subtract(point.ns, wall), clipped_subtract(snapshot_->trace, start_));
}

bool TimeWindow::wants(Time time) const {
  // An end that is still to come lies no earlier than what was seen: what is before `since` now, stays so.
  if (bounds_.since) {
    const auto bound = since();
    if (!bound || time < *bound) return false;
  }
  if (!bounds_.until || bounds_.until->from == TimePoint::From::End) return true;
  const auto bound = until();
  return bound && time <= *bound;
}

void TimeWindow::drop(std::string_view line, Side side) {
  if (drop_) drop_(line, side);
}

bool TimeWindow::emit(std::string_view line) {
  if (!stopped_) stopped_ = !emit_(line);
  return !stopped_;
}

bool TimeWindow::add(Time time, std::string_view line) {
  if (stopped_) return false;
  if (!wants(time)) {
    const auto bound = since();
    drop(line, bound && time < *bound ? Side::Before : Side::After);
    return true;
  }
  if (!bounds_.from_end()) return emit(line);
  held_.push_back({time, std::string(line)});
  return true;
}

bool TimeWindow::reach(Time now) {
  if (now > newest_) newest_ = now;
  return settle();
}

// Lets go of the oldest lines as far as is certain what becomes of them.
bool TimeWindow::settle() {
  const bool since_open = bounds_.since && bounds_.since->from == TimePoint::From::End;
  while (!held_.empty() && !stopped_) {
    const Held& oldest = held_.front();
    if (since_open && oldest.time < *since()) {
      drop(oldest.line, Side::Before);
      held_.pop_front();
    } else if (!since_open && oldest.time <= *until()) {
      emit(oldest.line);
      held_.pop_front();
    } else {
      break;
    }
  }
  return !stopped_;
}

bool TimeWindow::finish() {
  const bool since_end = bounds_.since && bounds_.since->from == TimePoint::From::End;
  const bool until_end = bounds_.until && bounds_.until->from == TimePoint::From::End;
  for (; !held_.empty() && !stopped_; held_.pop_front()) {
    // What does not count from the end was looked at as the line came.
    const Held& line = held_.front();
    if (since_end && line.time < *since()) {
      drop(line.line, Side::Before);
    } else if (until_end && line.time > *until()) {
      drop(line.line, Side::After);
    } else {
      emit(line.line);
    }
  }
  return !stopped_;
}

bool TimeWindow::begin_trace() {
  const bool wants_more = finish();
  newest_ = 0;
  return wants_more;
}

}  // namespace tracecheck

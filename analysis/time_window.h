// --since and --until: which times are in, also counted from an end that is not known yet.
//
// All times are nanoseconds from the trace's start, unless said otherwise.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tracecheck/event.h"

namespace tracecheck {

/// A point in time as a user gives it.
struct TimePoint {
  enum class From : std::uint8_t { Start, End, Epoch };
  From from = From::Start;
  std::int64_t ns = 0;  // End: not positive. Epoch: since 1970
};

/// Reads "1.5s", "200ms", "2m", "1h2m3s" or 0, as nanoseconds. None if it is none of these or beyond 64 bits.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// What to say of a text that is none: a sentence.
std::string not_a_duration(std::string_view text);

/// Reads a duration, or plain seconds: from the start; with a '-' before it: from the end; or an RFC 3339 time. None if
/// it is none of these or beyond 64 bits of nanoseconds.
std::optional<TimePoint> parse_time_point(std::string_view text);

/// Both ends are in.
struct TimeBounds {
  std::optional<TimePoint> since;
  std::optional<TimePoint> until;

  bool any() const { return since || until; }
  bool has(TimePoint::From from) const { return (since && since->from == from) || (until && until->from == from); }
  bool from_end() const { return has(TimePoint::From::End); }
  /// Needs a wall clock: Go 1.25 or later.
  bool by_wall_clock() const { return has(TimePoint::From::Epoch); }
};

/// Lets through what lies within bounds, in the order in which it came. Where a bound counts from the end it
/// is a delay line: it keeps what may still be in, and no more. Without bounds it only passes on.
class TimeWindow {
 public:
  /// Takes what is in. False: enough; nothing more is given to it.
  using Emit = std::function<bool(std::string_view line)>;

  /// Is told of what lies outside, in the order in which it came.
  enum class Side : std::uint8_t { Before, After };
  using Drop = std::function<void(std::string_view line, Side side)>;

  TimeWindow(const TimeBounds& bounds, Emit emit, Drop drop = nullptr)
      : bounds_(bounds), emit_(std::move(emit)), drop_(std::move(drop)) {}

  /// To be told at the beginning of each generation, where bounds are by the wall clock: `snapshot` is what WallClock says
  /// for it, `start` the trace's start on the trace's clock. Without a snapshot nothing is in such bounds.
  void set_clock(Time start, const std::optional<ClockSnapshot>& snapshot);

  /// Whether a line of that time might still be in; if not, it need not be made.
  bool wants(Time time) const;

  /// A line of that time. False once `emit` said so.
  bool add(Time time, std::string_view line);

  /// The bounds as far as they are known; none where there is none.
  std::optional<Time> since() const { return bounds_.since ? resolve(*bounds_.since, newest_) : std::nullopt; }
  std::optional<Time> until() const { return bounds_.until ? resolve(*bounds_.until, newest_) : std::nullopt; }

  /// The trace reaches at least to `now`; to be told of every event, wanted or not, or of the last of many.
  bool reach(Time now);

  /// The trace has ended, at the latest time told.
  bool finish();

  /// Another trace follows in the stream: ends the one before, as `finish` does. Times and ends are its own from here on.
  bool begin_trace();

 private:
  struct Held {
    Time time;
    std::string line;
  };
  std::optional<Time> resolve(const TimePoint& point, Time end) const;
  bool settle();
  bool emit(std::string_view line);
  void drop(std::string_view line, Side side);

  TimeBounds bounds_;
  Emit emit_;
  Drop drop_;
  std::optional<ClockSnapshot> snapshot_;
  Time start_ = 0;
  Time newest_ = 0;
  bool stopped_ = false;
  std::deque<Held> held_;
};

}  // namespace tracecheck

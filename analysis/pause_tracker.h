// Follows stop-the-world pauses, the garbage collector and the heap. A part of Summarizer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "analysis/moment.h"
#include "analysis/summary.h"
#include "tracecheck/event.h"

namespace tracecheck {

class PauseTracker {
 public:
  void metric(const Metric& metric);
  /// A range that begins, or (`active`) has begun before; and one that ends.
  void range_begins(const Event& event, const Range& range, const Moment& moment, bool active);
  void range_ends(const Event& event, const Range& range, const Moment& moment);
  /// Nothing that is open goes on beyond `until`: the trace ends, or there is a gap.
  void break_off(const Moment& moment, Time until);
  /// Once all segments have ended.
  void finish(Summary& summary);

 private:
  using Kind = std::optional<std::string>;  // none: lost
  struct Pauses {
    Durations durations;
    std::uint64_t unended = 0;
  };
  struct Pause {
    Time begin = 0;
    std::string stack;  // of the event that began it, a frames' record
  };
  using Open = std::map<std::pair<GoroutineId, Kind>, Pause>;
  static Kind kind_of(const Event& event, const Range& range);
  void see_duration(const Open::value_type& open, Time end, bool unended, const Moment& moment);

  Open open_;
  std::map<Kind, Pauses> pauses_;
  std::optional<Longest> longest_;
  std::optional<Longest> longest_of_collector_;
  bool marking_ = false;
  std::optional<Time> mark_begin_;  // none if that was before
  Durations marks_;
  std::uint64_t marks_began_before_ = 0;
  std::uint64_t marks_unended_ = 0;
  std::optional<std::uint64_t> most_heap_;
  std::optional<std::uint64_t> most_goal_;
};

}  // namespace tracecheck

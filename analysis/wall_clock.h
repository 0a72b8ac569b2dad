// The wall clock of a trace: which of its readings the times of a generation count from.
//
// Each generation has a reading of its own from Go 1.25 on. Where a clock that is set back, or the little by which two
// readings differ, would let wall times run backwards within a trace, the earlier reading goes on to count.
#pragma once

#include <cstdint>
#include <optional>

#include "tracecheck/event.h"

namespace tracecheck {

/// The wall time of `time`, on the trace's clock, in ns since 1970. None beyond what 64 bits hold, which only damage makes.
std::optional<std::int64_t> wall_ns_at(const ClockSnapshot& snapshot, Time time);

class WallClock {
 public:
  /// Another trace begins in the stream, with a clock of its own.
  void begin_segment() { snapshot_.reset(); }

  /// To be told at the beginning of each generation: its own reading, if it has one.
  void begin_generation(const std::optional<ClockSnapshot>& own);

  /// What times count from in the generation at hand; none before Go 1.25, or where it is lost.
  const std::optional<ClockSnapshot>& snapshot() const { return snapshot_; }

 private:
  std::optional<ClockSnapshot> snapshot_;
};

}  // namespace tracecheck

// What goroutines spent their time on. All in ns.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "analysis/durations.h"
#include "reader/name_pool.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// The states of a goroutine do not overlap: with `blocked`, they add up to the time that is accounted for.
struct StateTimes {
  Time execution = 0;
  Time scheduling_wait = 0;  // runnable, and not yet running
  Time blocked = 0;          // for whatever reason
  Time syscall = 0;          // in a system call with its proc
  Time syscall_block = 0;    // in a system call that had its proc taken away

  /// With and without a proc.
  Time in_syscalls() const {
    Time sum = syscall;
    add_duration(sum, syscall_block);
    return sum;
  }

  StateTimes& operator+=(const StateTimes& other) {
    add_duration(execution, other.execution);
    add_duration(scheduling_wait, other.scheduling_wait);
    add_duration(blocked, other.blocked);
    add_duration(syscall, other.syscall);
    add_duration(syscall_block, other.syscall_block);
    return *this;
  }
};

/// Sums by name. Few names are the rule; a damaged trace may have any number.
class NamedTimes {
 public:
  void add(NameId name, Time duration) {
    for (auto& [known, sum] : few_) {
      if (known == name) return add_duration(sum, duration);
    }
    if (few_.size() < kFew) {
      few_.emplace_back(name, duration);
    } else {
      add_duration(more_[name], duration);
    }
  }
  void add(const NamedTimes& other) {
    other.for_each([this](NameId name, Time sum) { add(name, sum); });
  }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const auto& [name, sum] : few_) visit(name, sum);
    for (const auto& [name, sum] : more_) visit(name, sum);
  }

 private:
  static constexpr std::size_t kFew = 16;
  std::vector<std::pair<NameId, Time>> few_;
  std::map<NameId, Time> more_;
};

struct GoroutineTimes {
  StateTimes states;
  NamedTimes blocked;  // by reason
  NamedTimes ranges;   // by range; these overlap with the states
  Time regions = 0;    // in regions, those within others not counted again
  Time total = 0;      // that it was there

  GoroutineTimes& operator+=(const GoroutineTimes& other) {
    states += other.states;
    blocked.add(other.blocked);
    ranges.add(other.ranges);
    add_duration(regions, other.regions);
    add_duration(total, other.total);
    return *this;
  }
};

}  // namespace tracecheck

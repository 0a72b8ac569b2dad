// How a number went over a whole trace, however long, in a few hundred steps of equal width: the greatest value in each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tracecheck/event.h"

namespace tracecheck {

class Course {
 public:
  static constexpr std::size_t kMostSteps = 512;

  /// From `time`, in ns from the trace's start, on, the number has this value. Times that step back, as behind damage
  /// they may, count for the step that is reached.
  void set(Time time, std::uint64_t value) {
    reach(time);
    current_ = value;
    steps_.back() = std::max(steps_.back().value_or(0), value);
  }

  /// The number was greater by one than it seemed, from `time` on.
  void raise_since(Time time) {
    const auto first = static_cast<std::size_t>(std::max<Time>(time, 0) / width_);
    for (std::size_t i = first; i < steps_.size(); ++i) steps_[i] = steps_[i].value_or(0) + 1;
    current_ = current_.value_or(0) + 1;
  }

  /// The trace reaches at least to `time`.
  void reach(Time time) {
    while (time / width_ >= static_cast<Time>(kMostSteps)) widen();
    const auto wanted = static_cast<std::size_t>(std::max<Time>(time, 0) / width_) + 1;
    // What it was counts on.
    if (wanted > steps_.size()) steps_.resize(wanted, current_);
  }

  /// ns; the step at `i` begins at i times the width.
  Time width() const { return width_; }
  /// None where the number was not known yet.
  const std::vector<std::optional<std::uint64_t>>& steps() const { return steps_; }

 private:
  void widen() {
    const std::size_t half = (steps_.size() + 1) / 2;
    for (std::size_t i = 0; i < half; ++i) {
      const std::optional<std::uint64_t> second = 2 * i + 1 < steps_.size() ? steps_[2 * i + 1] : std::nullopt;
      steps_[i] = std::max(steps_[2 * i], second);  // none is the least
    }
    steps_.resize(half);
    width_ *= 2;
  }

  Time width_ = 1'000'000;
  std::optional<std::uint64_t> current_;
  std::vector<std::optional<std::uint64_t>> steps_ = {std::nullopt};
};

}  // namespace tracecheck

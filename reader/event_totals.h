// Events of all generations of a trace together.
#pragma once

#include <cstdint>
#include <vector>

#include "tracecheck/reader.h"

namespace tracecheck {

struct EventTotals {
  std::uint64_t events = 0;    // replayed
  std::uint64_t salvaged = 0;  // besides
};

inline EventTotals totals_of(const std::vector<GenerationInfo>& generations) {
  EventTotals totals;
  for (const GenerationInfo& generation : generations) {
    totals.events += generation.events;
    totals.salvaged += generation.salvaged;
  }
  return totals;
}

}  // namespace tracecheck

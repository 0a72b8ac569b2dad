// What a database says of a trace as a whole: the tables `segments`, `generations`, `damage` and `traces`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/trace_name.h"
#include "tracecheck/event.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

/// Where the times of a segment count from. What is not known is none.
struct SegmentStart {
  std::optional<Time> time;
  std::optional<std::string> wall;
};

/// `first` is the segment's first event.
SegmentStart segment_start(const Event& first);

/// Appends the rows, as export/sqlite_row.h has them. To be called when the read has ended; `starts` is by segment.
void append_facts(std::string& out, const TraceName& name, const SalvageReader& reader,
                  const std::vector<SegmentStart>& starts, int exit);

}  // namespace tracecheck

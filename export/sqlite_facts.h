// What a database says of the trace as a whole: the tables `segments`, `verdict`, `generations` and `damage`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "export/sqlite_database.h"
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

/// To be called when the read has ended; `starts` is by segment.
void write_facts(SqliteDatabase& database, const SalvageReader& reader, const std::vector<SegmentStart>& starts,
                 int exit);

}  // namespace tracecheck

// The event table of `stats`, for people and as JSON. Schema: docs/schema/stats.schema.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "analysis/event_counts.h"

namespace tracecheck {

/// Types with the most bytes first, then the generations. `file` is printed as given.
std::string stats_text(const EventCounts& counts, const std::string& file, bool color);

nlohmann::ordered_json stats_json(const EventCounts& counts, const std::string& file, int exit);

}  // namespace tracecheck

// `stats --json`. Schema: docs/schema/stats.schema.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "export/stats.h"

namespace tracecheck {

/// The document of one file.
nlohmann::ordered_json stats_json(const Stats& stats);

/// A line of `--by`, of which `row` is one of those below.
nlohmann::ordered_json stats_row_json(const std::string& file, std::string_view by, nlohmann::ordered_json row);

nlohmann::ordered_json file_row_json(const Stats& stats);
nlohmann::ordered_json type_row_json(const EventCounts& counts, EventType type);
nlohmann::ordered_json function_row_json(const FunctionRow& row);
nlohmann::ordered_json goroutine_row_json(const GoroutineRow& row);
nlohmann::ordered_json task_row_json(const TaskRow& row);
nlohmann::ordered_json region_row_json(const RegionRow& row);

}  // namespace tracecheck

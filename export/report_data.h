// The data of the report's page, as a JSON document. docs/report.md says what bounds it.
//
// Texts of the trace are escaped as on a terminal, and long ones are cut. Times are in ns, if nothing else is said.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "analysis/trace_report.h"

namespace tracecheck {

/// `file` is the trace's name, `exit` the exit code of the command.
nlohmann::ordered_json report_data(const TraceReport& report, const std::string& file, int exit);

}  // namespace tracecheck

// The report as one page of HTML that needs nothing beside it. Its sources are in export/report_page/.
#pragma once

#include <string>

#include "analysis/trace_report.h"
#include "export/sink.h"

namespace tracecheck {

/// Writes the page. `file` is the trace's name, `exit` the exit code of the command. False: the sink takes no more.
bool write_report_page(const TraceReport& report, const std::string& file, int exit, const Sink& sink);

}  // namespace tracecheck

// The timeline of the report's page, as JSON. Slices are runs of numbers, as there are so many.
#pragma once

#include <nlohmann/json.hpp>

#include "analysis/recent_activity.h"
#include "export/report_tables.h"

namespace tracecheck {

/// begin, end; cut_short, left_out; procs, goroutines, gc, stops:
///   of a proc       id, and `slices`:  gap, duration, flags, goroutine
///   of a goroutine  id, function, system, `states`: gap, duration, flags, name, stack;
///                   `regions`: begin, duration, flags, name, stack, depth
///   gc, stops       begin, duration, flags, name, stack
/// A gap is the time since the slice before, or the timeline's begin, as is `begin`. A goroutine of a proc is named by
/// its place in `goroutines`, -1 for none. `flags` are 2 bits of the state (running, runnable, blocked, syscall), then
/// one each for: salvaged, there before the trace, not ended, begun before the timeline; then the proc + 1.
nlohmann::ordered_json report_timeline(const RecentActivity& recent, ReportTables& tables);

}  // namespace tracecheck

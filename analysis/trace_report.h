// All that the report of one trace is made of.
#pragma once

#include "analysis/recent_activity.h"
#include "analysis/summary.h"
#include "analysis/verify.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

struct TraceReport {
  VerifyReport verify;
  RecentActivity recent;
  Summary summary;
};

/// Reads the trace to its end, for all but `verify`, which reads it in a way of its own.
void read_for_report(SalvageReader& reader, TraceReport& report);

}  // namespace tracecheck

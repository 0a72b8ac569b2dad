// export's work on one trace after another.
#pragma once

#include <optional>

#include "analysis/trace_name.h"
#include "cmd/export_formats.h"
#include "cmd/export_target.h"
#include "cmd/file_list.h"
#include "export/export_events.h"

namespace tracecheck::cmd {

/// What is to be written of which traces.
struct TraceExport {
  const ExportOptions& options;
  const FileList& files;
  const EventSelection& selection;
  const std::optional<LabelPattern>& labels;
  bool is_many = false;  // several are asked for, be there none, one or more
};

/// Writes what can be read, and says on standard error what is wrong; `status` is the exit code of what stands in the
/// target already. Gives the exit code. None if nothing is to be kept: then it was told why, unless the target knows.
std::optional<int> export_traces(const TraceExport& what, int status, ExportTarget& target);

}  // namespace tracecheck::cmd

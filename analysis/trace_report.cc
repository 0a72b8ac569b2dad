#include "analysis/trace_report.h"

#include <cstddef>

#include "analysis/summarizer.h"

namespace tracecheck {

void read_for_report(SalvageReader& reader, TraceReport& report) {
  Summarizer summarizer;
  std::size_t segments = 0;
  while (const Event* event = reader.next()) {
    if (reader.segments().size() != segments) {
      if (segments != 0) {
        summarizer.begin_segment();
        report.recent.begin_segment();
      }
      segments = reader.segments().size();
    }
    summarizer.add(*event);
    report.recent.add(*event);
  }
  report.recent.finish();
  report.summary = summarizer.finish();
}

}  // namespace tracecheck

#include "export/timeline_format.h"

#include <algorithm>
#include <utility>

#include "analysis/wall_clock.h"
#include "format/clock.h"

namespace tracecheck {

void TimelineFormat::begin_trace(const std::string& title, bool is_last) {
  traces_.push_back({title, {}});
  is_last_ = is_last;
  segment_ = 0;
}

void TimelineFormat::begin(std::string& out, const SalvageReader& reader, const Event* first) {
  begin_document(out);
  if (first != nullptr) segment(out, reader, *first);
}

void TimelineFormat::begin_document(std::string& out) {
  if (!begun_) encoder_->begin_document(out);
  begun_ = true;
}

void TimelineFormat::segment(std::string& out, const SalvageReader& /*reader*/, const Event& first) {
  ++segment_;
  encoder_->begin_segment(out, segments_++, title());
  start_ = first.time;
  placed_ = false;
  timeline_.segment(start_);
}

// What tells the segment from others in the file; "" if there are none so far.
std::string TimelineFormat::title() const {
  const std::string& trace = traces_.back().title;
  if (segment_ == 1) return trace;
  return trace + (trace.empty() ? "trace " : ", trace ") + std::to_string(segment_);
}

void TimelineFormat::generation_begins(const std::optional<ClockSnapshot>& clock) {
  encoder_->generation_begins();
  if (options_.wall && clock) place(*clock);
}

// By the first reading alone, so that the times of a trace remain as far apart as they are.
void TimelineFormat::place(const ClockSnapshot& clock) {
  if (std::exchange(placed_, true)) return;
  const std::int64_t wall = wall_ns_at(clock, start_).value_or(0);
  if (!options_.wall_start) options_.wall_start = wall;
  encoder_->set_wall_start(*options_.wall_start);
  // A clock that is set back between two traces of a stream would have the later one begin before the view does.
  writer_.set_shift(std::max<Time>(elapsed(*options_.wall_start, wall), 0));
}

void TimelineFormat::write(std::string& out, std::string_view object) {
  if (options_.windowed) {
    writer_.write(out, object);
  } else {
    out += object;
  }
}

void TimelineFormat::end_segment(std::string& out) {
  if (!options_.windowed) return timeline_.finish(out);
  writer_.finish(out, timeline_.last());
  // The writer has ended all that is open, at the window's end.
  std::string ended;
  timeline_.finish(ended);
}

void TimelineFormat::end(std::string& out, const SalvageReader& reader, int /*exit*/) {
  end_segment(out);  // of a trace that ended early; else nothing is open
  traces_.back().verdict = verdict_name(reader.verdict());
  if (!is_last_) return;
  begin_document(out);
  encoder_->end_document(out, traces_);
}

}  // namespace tracecheck

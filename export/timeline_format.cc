#include "export/timeline_format.h"

namespace tracecheck {

void TimelineFormat::begin(std::string& out, const SalvageReader& reader, const Event* first) {
  encoder_->begin_document(out);
  if (first != nullptr) segment(out, reader, *first);
}

void TimelineFormat::segment(std::string& out, const SalvageReader& /*reader*/, const Event& first) {
  timeline_.finish(options_.windowed ? ends_ : out);
  encoder_->begin_segment(out, segments_++);
  timeline_.segment(first.time);
}

void TimelineFormat::follow(std::string& out, const Event& event, bool selected) {
  out += ends_;
  ends_.clear();
  timeline_.event(out, event, selected);
}

void TimelineFormat::write(std::string& out, std::string_view object) {
  if (options_.windowed) {
    writer_.write(out, object);
  } else {
    out += object;
  }
}

void TimelineFormat::end(std::string& out, const SalvageReader& reader, int /*exit*/) {
  if (options_.windowed) {
    writer_.finish(out, timeline_.last());
  } else {
    timeline_.finish(out);
  }
  encoder_->end_document(out, verdict_name(reader.verdict()));
}

}  // namespace tracecheck

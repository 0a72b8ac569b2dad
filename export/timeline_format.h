// Formats that viewers show: a timeline, in the marks of one encoder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "export/event_format.h"
#include "export/mark_writer.h"
#include "export/timeline.h"
#include "export/timeline_marks.h"

namespace tracecheck {

struct TimelineOptions {
  bool with_stacks = true;
  bool with_counts = true;  // of goroutines by state; false where not all are selected
  bool windowed = false;    // times are selected
};

class TimelineFormat final : public EventFormat {
 public:
  TimelineFormat(std::unique_ptr<MarkEncoder> encoder, const TimelineOptions& options)
      : encoder_(std::move(encoder)),
        options_(options),
        writer_(*encoder_, options.windowed),
        timeline_(writer_, options.with_stacks, options.with_counts) {}

  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override;
  void generation_begins(const std::optional<ClockSnapshot>& /*clock*/) override { encoder_->generation_begins(); }
  void event(std::string& out, const Event& event) override { follow(out, event, true); }
  void end(std::string& out, const SalvageReader& reader, int exit) override;

  bool follows_state() const override { return true; }
  void unselected(std::string& out, const Event& event) override { follow(out, event, false); }
  void set_window(std::optional<Time> since, std::optional<Time> until) override { writer_.set_window(since, until); }
  void drop(std::string& out, std::string_view object) override { writer_.drop(out, object); }
  void write(std::string& out, std::string_view object) override;
  void write_behind(std::string& out, std::string_view object) override { writer_.write_behind(out, object); }

 private:
  void follow(std::string& out, const Event& event, bool selected);

  std::unique_ptr<MarkEncoder> encoder_;
  TimelineOptions options_;
  MarkWriter writer_;
  Timeline timeline_;
  std::size_t segments_ = 0;
  std::string ends_;  // windowed: of the trace before the one at hand, to go with the next event
};

}  // namespace tracecheck

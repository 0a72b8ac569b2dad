// Formats that viewers show: a timeline, in the marks of one encoder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/event_format.h"
#include "export/mark_writer.h"
#include "export/timeline.h"
#include "export/timeline_marks.h"

namespace tracecheck {

struct TimelineOptions {
  bool with_stacks = true;
  bool with_counts = true;                 // of goroutines by state; false where not all are selected
  bool windowed = false;                   // times are selected
  bool wall = false;                       // traces are placed by their wall clocks
  std::optional<std::int64_t> wall_start;  // the wall time of 0, in ns since 1970; none: the first trace's start
};

class TimelineFormat final : public EventFormat {
 public:
  TimelineFormat(std::unique_ptr<MarkEncoder> encoder, const TimelineOptions& options)
      : encoder_(std::move(encoder)),
        options_(options),
        writer_(*encoder_, options.windowed),
        timeline_(writer_, options.with_stacks, options.with_counts) {}

  void begin_trace(const std::string& title, bool is_last) override;
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override;
  void generation_begins(const std::optional<ClockSnapshot>& clock) override;
  void event(std::string& out, const Event& event) override { timeline_.event(out, event, true); }
  void end(std::string& out, const SalvageReader& reader, int exit) override;

  bool follows_state() const override { return true; }
  void unselected(std::string& out, const Event& event) override { timeline_.event(out, event, false); }
  void end_segment(std::string& out) override;
  void set_window(std::optional<Time> since, std::optional<Time> until) override { writer_.set_window(since, until); }
  void drop(std::string& out, std::string_view object) override { writer_.drop(out, object); }
  void write(std::string& out, std::string_view object) override;
  void write_behind(std::string& out, std::string_view object) override { writer_.write_behind(out, object); }

 private:
  void begin_document(std::string& out);
  void place(const ClockSnapshot& clock);
  std::string title() const;

  std::unique_ptr<MarkEncoder> encoder_;
  TimelineOptions options_;
  MarkWriter writer_;
  Timeline timeline_;
  std::vector<ViewedTrace> traces_;  // of which the last is the one at hand
  bool is_last_ = true;              // that is the file's last
  bool begun_ = false;               // the file is
  bool placed_ = false;              // the trace is, on the wall clock
  std::size_t segments_ = 0;         // in the file
  std::size_t segment_ = 0;          // in the trace
  Time start_ = 0;                   // of the segment, on its clock
};

}  // namespace tracecheck

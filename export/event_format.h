// What all file formats that events are exported to have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "export/sink.h"
#include "export/text_workers.h"
#include "tracecheck/event.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

/// What of an event may be written or left out.
struct EventMembers {
  bool wall = false;  // its wall time
  bool stacks = true;
};

/// Writes the selected events of a trace in one format, each function at the end of a string.
class EventFormat {
 public:
  EventFormat() = default;
  EventFormat(const EventFormat&) = delete;
  EventFormat& operator=(const EventFormat&) = delete;
  virtual ~EventFormat() = default;

  /// Before all else of a trace. A format whose file holds several by one object is told that of each: the trace's
  /// title, "" if it is alone, and whether it is the last one, whose end is that of the file.
  virtual void begin_trace(const std::string& /*title*/, bool /*is_last*/) {}

  /// Next. `first` is the trace's first event, selected or not; null if none came: then the read has ended.
  virtual void begin(std::string& out, const SalvageReader& reader, const Event* first) = 0;

  /// Before the first event of each further segment, which is `first`.
  virtual void segment(std::string& out, const SalvageReader& reader, const Event& first) = 0;

  /// Before the first event of each generation: stack ids mean other stacks from here on, and wall times are reckoned
  /// from `clock`; none where the trace has no wall clock, or has lost it.
  virtual void generation_begins(const std::optional<ClockSnapshot>& /*clock*/) {}

  /// An event by itself. Whether and when it is written is not known yet: it may be dropped, or wait.
  virtual void event(std::string& out, const Event& event) = 0;

  /// For a format whose events stand one behind the other, and none depends on those before: makes what writes events of
  /// one generation as `event` does, in the segment that began last, but on any thread. Not called on others.
  virtual EventWriter writer() const { return {}; }

  /// Before each event as it is written.
  virtual void separate(std::string& /*out*/) {}

  /// Takes what the functions above have written, some whole objects at a time. The text is what the file is to hold,
  /// unless the format makes its file of it at the end.
  virtual bool take(std::string_view written, const Sink& sink) { return sink(written); }

  /// True for a format whose output follows from what was before, selected or not: of slices, say. It is told of all
  /// events, and what it makes of one comes back to it as it is known whether it lies before, in or behind the window
  /// of times that is selected.
  virtual bool follows_state() const { return false; }
  virtual void unselected(std::string& /*out*/, const Event& /*event*/) {}
  /// When all of a segment has come back: what ends with it.
  virtual void end_segment(std::string& /*out*/) {}
  /// The window, in time from the trace's start, as far as it is known.
  virtual void set_window(std::optional<Time> /*since*/, std::optional<Time> /*until*/) {}
  virtual void drop(std::string& /*out*/, std::string_view /*object*/) {}
  virtual void write(std::string& /*out*/, std::string_view /*object*/) {}
  virtual void write_behind(std::string& /*out*/, std::string_view /*object*/) {}

  /// What who reads the file should know of it, as a sentence; "" for nothing. To be asked for after `end`.
  virtual std::string remark() const { return {}; }

  /// After all else, when the read has ended and all was taken: the trace's end in the file. `exit` is the command's exit code.
  virtual void end(std::string& out, const SalvageReader& reader, int exit) = 0;
};

}  // namespace tracecheck

// From a reader through a selection into a file format: the loop of `export`.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "analysis/query.h"
#include "analysis/time_window.h"
#include "export/event_format.h"
#include "export/sink.h"
#include "tracecheck/event.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

/// By EventKind.
using KindSet = std::bitset<std::variant_size_v<EventBody>>;

struct EventSelection {
  KindSet kinds;
  Query query;
};

class EventExport {
 public:
  /// `format` outlives it.
  EventExport(EventFormat& format, EventSelection selection, Sink sink);

  /// Writes all selected events that the reader gives. False: the sink takes no more, or `error` tells.
  bool write_events(SalvageReader& reader);

  /// Writes what stands behind the events.
  bool end(const SalvageReader& reader, int exit);

  /// Hands to the sink what is written so far. May be called while `write_events` waits for its reader.
  bool hand_over();

  /// A sentence, if the selection is not possible on this trace.
  const std::optional<std::string>& error() const { return error_; }

 private:
  void begin_segment(const SalvageReader& reader, const Event& first);
  bool begins(const Sync& sync);
  bool write_event(const Event& event);
  bool follow(const Event& event, Time time, bool selected);
  void put(std::string_view object);
  bool hand_over_block();

  EventFormat& format_;
  EventSelection selection_;
  Sink sink_;
  TimeWindow window_;
  Time start_ = 0;
  std::size_t segments_ = 0;  // that have begun
  std::string text_;          // written, and not handed over yet
  std::string object_;        // the event at hand
  std::optional<std::string> error_;
};

}  // namespace tracecheck

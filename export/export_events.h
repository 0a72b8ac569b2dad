// From a reader through a selection into a file format: the loop of `export`.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "analysis/query.h"
#include "analysis/time_window.h"
#include "analysis/wall_clock.h"
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

/// What becomes of an export that has to tell wall times where a trace has no wall clock.
enum class WithoutClock : std::uint8_t { GoesOn, Ends };

class EventExport {
 public:
  /// `format` outlives it.
  EventExport(EventFormat& format, EventSelection selection, Sink sink,
              WithoutClock without_clock = WithoutClock::GoesOn);

  /// Writes all selected events that the reader gives, with up to `workers` threads where the format allows it. `flush` is
  /// called each time that the reader reads on, which may take as long as a child runs. False: the sink takes no more, or
  /// `error` tells, or the clock is missing.
  bool write_events(SalvageReader& reader, unsigned workers, const std::function<void()>& flush);

  /// Writes what stands behind the events.
  bool end(const SalvageReader& reader, int exit);

  /// A sentence, if the selection is not possible on this trace.
  const std::optional<std::string>& error() const { return error_; }

  /// Whether any event was selected. Where both bounds count from the end, one before and one behind them are taken for
  /// one between them.
  bool any_selected() const { return any_selected_; }

  /// Somewhere in the trace there is no wall clock.
  bool clock_is_missing() const { return clock_is_missing_; }

 private:
  bool write_in_order(SalvageReader& reader);
  bool write_by_workers(SalvageReader& reader, unsigned workers, const std::function<void()>& flush);
  bool end_segment();
  bool begins_anything(const SalvageReader& reader, const Event& event) const;
  bool begin(const SalvageReader& reader, const Event& first);
  void begin_segment(const SalvageReader& reader, const Event& first);
  bool has_clock();
  bool selects(const Event& event);
  void note_selected(Time time);
  bool selected_of_segment() const;
  bool write_event(const Event& event);
  bool follow(const Event& event, Time time, bool selected);
  void put(std::string_view object);
  bool hand_over();
  bool hand_over_block();

  EventFormat& format_;
  EventSelection selection_;
  Sink sink_;
  TimeWindow window_;
  WithoutClock without_clock_;
  WallClock clock_;
  bool clock_is_missing_ = false;
  bool any_selected_ = false;
  // Of what is selected of the segment, as far as the bounds were known.
  std::optional<Time> first_selected_;
  Time last_selected_ = 0;
  Time start_ = 0;
  std::size_t segments_ = 0;  // that have begun
  std::string text_;          // written, and not handed over yet
  std::string object_;        // the event at hand
  std::optional<std::string> error_;
};

}  // namespace tracecheck

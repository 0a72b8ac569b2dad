#include "export/export_events.h"

#include <algorithm>
#include <utility>

#include "format/clock.h"

namespace tracecheck {
namespace {

constexpr std::size_t kBlock = 64 * 1024;  // handed over at once

}  // namespace

EventExport::EventExport(EventFormat& format, EventSelection selection, Sink sink, WithoutClock without_clock)
    : format_(format),
      selection_(std::move(selection)),
      sink_(std::move(sink)),
      window_(
          selection_.query.times(),
          [this](std::string_view object) {
            put(object);
            return hand_over_block();
          },
          [this](std::string_view object, TimeWindow::Side side) {
            if (!format_.follows_state()) return;
            if (side == TimeWindow::Side::Before) {
              format_.drop(text_, object);
            } else {
              format_.write_behind(text_, object);
            }
          }),
      without_clock_(without_clock) {}

void EventExport::put(std::string_view object) {
  if (format_.follows_state()) {
    format_.write(text_, object);
    return;
  }
  format_.separate(text_);
  text_ += object;
}

bool EventExport::write_events(SalvageReader& reader, unsigned workers, const std::function<void()>& flush) {
  bool wants_more = false;
  if (format_.writer() && !selection_.query.times().any()) {
    wants_more = write_by_workers(reader, workers, flush);
  } else {
    reader.before_reading_on([&] {
      hand_over();
      flush();
    });
    wants_more = write_in_order(reader);
    reader.before_reading_on({});
  }
  if (!wants_more) return false;
  if (segments_ == 0) format_.begin(text_, reader, nullptr);
  return end_segment();
}

bool EventExport::write_by_workers(SalvageReader& reader, unsigned workers, const std::function<void()>& flush) {
  TextWorkers texts(
      reader, workers, [this] { return format_.writer(); }, sink_, flush);
  while (const Event* event = texts.next()) {
    if (begins_anything(reader, *event)) {
      // Nobody writes while the format learns of it.
      if (!texts.settle() || !begin(reader, *event) || !hand_over()) return false;
    }
    if (!selects(*event)) continue;
    note_selected(elapsed(start_, event->time));
    if (!texts.put()) return false;
  }
  return texts.settle();
}

bool EventExport::write_in_order(SalvageReader& reader) {
  while (const Event* event = reader.next()) {
    if (begins_anything(reader, *event) && !begin(reader, *event)) return false;
    if (!write_event(*event)) return false;
  }
  return true;
}

// Whether a generation begins with the event, or a trace, whose first generation may have lost its Sync.
bool EventExport::begins_anything(const SalvageReader& reader, const Event& event) const {
  const Sync* sync = event.as<Sync>();
  return (sync != nullptr && sync->begins_generation) || reader.segments().size() != segments_;
}

// False where that is the end: there is no wall clock, and there must be one.
bool EventExport::begin(const SalvageReader& reader, const Event& first) {
  const bool is_segment = reader.segments().size() != segments_;
  if (is_segment) {
    if (segments_ > 0 && !end_segment()) return false;
    clock_.begin_segment();
    start_ = first.time;
  }
  if (const Sync* sync = first.as<Sync>()) clock_.begin_generation(sync->clock_snapshot);
  if (!has_clock()) return false;
  window_.set_clock(start_, clock_.snapshot());
  if (is_segment) begin_segment(reader, first);
  format_.generation_begins(clock_.snapshot());
  return true;
}

// False: no more is wanted.
bool EventExport::end_segment() {
  any_selected_ = any_selected_ || selected_of_segment();
  first_selected_.reset();
  last_selected_ = 0;
  format_.set_window(window_.since(), window_.until());
  const bool wants_more = window_.begin_trace();
  format_.end_segment(text_);
  return wants_more;
}

void EventExport::begin_segment(const SalvageReader& reader, const Event& first) {
  if (segments_ == 0) {
    format_.begin(text_, reader, &first);
  } else {
    format_.segment(text_, reader, first);
  }
  segments_ = reader.segments().size();
}

bool EventExport::has_clock() {
  if (clock_.snapshot()) return true;
  clock_is_missing_ = true;
  if (selection_.query.times().by_wall_clock()) {
    error_ = "has no wall clock (Go 1.25 and later write one): give times from the trace's start or end";
  }
  return !error_ && without_clock_ == WithoutClock::GoesOn;
}

// To be asked of every event: the query learns from each.
bool EventExport::selects(const Event& event) {
  return selection_.query.selects(event) && selection_.kinds[event.body.index()];
}

void EventExport::note_selected(Time time) {
  first_selected_ = std::min(first_selected_.value_or(time), time);
  last_selected_ = std::max(last_selected_, time);
}

// What bounds from the start or by the clock leave out was not noted.
bool EventExport::selected_of_segment() const {
  if (!first_selected_) return false;
  const TimeBounds& times = selection_.query.times();
  const auto from_end = [](const auto& bound) { return bound && bound->from == TimePoint::From::End; };
  if (from_end(times.since) && last_selected_ < *window_.since()) return false;
  return !from_end(times.until) || *first_selected_ <= *window_.until();
}

bool EventExport::write_event(const Event& event) {
  const Time time = elapsed(start_, event.time);
  // Past what is wanted is past all that is wanted, where times increase.
  if (!window_.reach(time) && !event.salvaged) return false;
  const bool selected = selects(event);
  if (selected && window_.wants(time)) note_selected(time);
  if (format_.follows_state()) return follow(event, time, selected);
  if (!selected || !window_.wants(time)) return true;
  if (selection_.query.times().any()) {
    object_.clear();
    format_.event(object_, event);
    return window_.add(time, object_);
  }
  format_.separate(text_);
  format_.event(text_, event);
  return hand_over_block();
}

bool EventExport::follow(const Event& event, Time time, bool selected) {
  object_.clear();
  if (selected) {
    format_.event(object_, event);
  } else {
    format_.unselected(object_, event);
  }
  if (object_.empty()) return true;
  format_.set_window(window_.since(), window_.until());
  return window_.add(time, object_);
}

bool EventExport::end(const SalvageReader& reader, int exit) {
  if (!hand_over()) return false;
  std::string text;
  format_.end(text, reader, exit);
  return text.empty() || sink_(text);
}

bool EventExport::hand_over_block() { return text_.size() < kBlock || hand_over(); }

bool EventExport::hand_over() {
  const bool taken = text_.empty() || format_.take(text_, sink_);
  text_.clear();
  return taken;
}

}  // namespace tracecheck

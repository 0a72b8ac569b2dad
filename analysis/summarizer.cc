#include "analysis/summarizer.h"

#include <algorithm>
#include <utility>

namespace tracecheck {

bool is_system_function(std::string_view function) {
  return function != "runtime.main" && function.starts_with("runtime.");
}

bool GoroutineAtEnd::blocked() const {
  return (state == State::Waiting || state == State::Syscall) && function && !system;
}

std::optional<Time> Summary::longest_blocked_at_end() const {
  for (const GoroutineAtEnd& goroutine : at_end) {
    if (goroutine.blocked()) return goroutine.at_least;
  }
  return std::nullopt;
}

void Summarizer::begin_segment() {
  if (begun_) end_segment();
}

void Summarizer::end_segment() {
  goroutines_.end_segment(moment_, summary_);
  tasks_.end_segment(moment_);
  pauses_.break_off(moment_, moment_.last);
  add_duration(summary_.span, between(moment_.start, moment_.last));
  begun_ = false;
  gap_at_ = 0;
}

void Summarizer::add(const Event& event) {
  if (!begun_) {
    moment_ = {.start = event.time,
               .sync = event.time,
               .now = event.time,
               .last = event.time,
               .last_replayed = event.time,
               .before_sync = event.time};
  }
  begun_ = true;
  moment_.now = event.time;
  if (event.kind() == EventKind::Sync) moment_.before_sync = moment_.last;
  moment_.last = std::max(moment_.last, event.time);
  if (!event.salvaged) moment_.last_replayed = std::max(moment_.last_replayed, event.time);
  if (const auto* sync = event.as<Sync>()) {
    moment_.sync = event.time;
    ++moment_.syncs;
    if (sync->begins_generation) goroutines_.generation_begins();
    return;
  }
  ++summary_.events;
  if (event.salvaged) ++summary_.salvaged;
  goroutines_.see_context(event);
  switch (event.kind()) {
    case EventKind::StateTransition: return transition(event, *event.as<StateTransition>());
    case EventKind::RangeBegin: return range_begins(event, *event.as<RangeBegin>(), false);
    case EventKind::RangeActive: return range_begins(event, *event.as<RangeActive>(), true);
    case EventKind::RangeEnd: return range_ends(event, *event.as<RangeEnd>());
    case EventKind::RegionBegin: return goroutines_.region_begins(event, *event.as<RegionBegin>(), moment_);
    case EventKind::RegionEnd: return goroutines_.region_ends(event, *event.as<RegionEnd>(), moment_);
    case EventKind::TaskBegin: return tasks_.begins(event, *event.as<TaskBegin>(), moment_);
    case EventKind::TaskEnd: return tasks_.ends(event, *event.as<TaskEnd>(), moment_);
    case EventKind::Metric: return pauses_.metric(*event.as<Metric>());
    default: return;
  }
}

// Behind a gap the reader knows nothing of what was before, and each goroutine tells its state as if a trace began.
void Summarizer::transition(const Event& event, const StateTransition& transition) {
  if (transition.from == State::Undetermined && moment_.syncs > 1 && gap_at_ != moment_.syncs) {
    gap_at_ = moment_.syncs;
    goroutines_.gap(moment_);
    pauses_.break_off(moment_, moment_.before_sync);
  }
  goroutines_.transition(event, transition, moment_);
}

void Summarizer::range_begins(const Event& event, const Range& range, bool active) {
  goroutines_.range_begins(event, range, moment_, active);
  pauses_.range_begins(event, range, moment_, active);
}

void Summarizer::range_ends(const Event& event, const Range& range) {
  goroutines_.range_ends(event, range, moment_);
  pauses_.range_ends(event, range, moment_);
}

Summary Summarizer::finish() {
  if (begun_) end_segment();
  goroutines_.finish(summary_);
  tasks_.finish(summary_);
  pauses_.finish(summary_);
  return std::exchange(summary_, {});
}

Summary summarize(SalvageReader& reader, SummaryOptions options) {
  Summarizer summarizer(options);
  std::size_t segments = 0;
  while (const Event* event = reader.next()) {
    if (reader.segments().size() != std::exchange(segments, reader.segments().size())) summarizer.begin_segment();
    summarizer.add(*event);
  }
  return summarizer.finish();
}

}  // namespace tracecheck

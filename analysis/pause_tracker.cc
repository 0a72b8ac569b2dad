#include "analysis/pause_tracker.h"

#include <algorithm>

#include "analysis/frames_record.h"

namespace tracecheck {
namespace {

void raise(std::optional<std::uint64_t>& most, std::uint64_t value) { most = most ? std::max(*most, value) : value; }

void keep_longer(std::optional<Longest>& longest, const Longest& other) {
  if (is_longer(other.duration, longest)) longest = other;
}

}  // namespace

void PauseTracker::metric(const Metric& metric) {
  if (metric.name == "/memory/classes/heap/objects:bytes") raise(most_heap_, metric.value);
  if (metric.name == "/gc/heap/goal:bytes") raise(most_goal_, metric.value);
}

PauseTracker::Kind PauseTracker::kind_of(const Event& event, const Range& range) {
  return event.lost_text[0] != 0 ? std::nullopt : Kind(range.stop_kind);
}

void PauseTracker::range_begins(const Event& event, const Range& range, const Moment& moment, bool active) {
  if (range.type == RangeType::StopTheWorld) {
    Pause pause{moment.now, {}};
    append_frames_record(pause.stack, event.stack);
    open_.insert_or_assign({range.resource.id, kind_of(event, range)}, std::move(pause));
  }
  if (range.type != RangeType::GCMark || marking_) return;
  marking_ = true;
  mark_begin_ = active ? std::nullopt : std::optional(moment.now);
}

void PauseTracker::range_ends(const Event& event, const Range& range, const Moment& moment) {
  if (range.type == RangeType::StopTheWorld) {
    const auto found = open_.find({range.resource.id, kind_of(event, range)});
    if (found == open_.end()) return;
    pauses_[found->first.second].durations.add(between(found->second.begin, moment.now));
    see_duration(*found, moment.now, false, moment);
    open_.erase(found);
  }
  if (range.type != RangeType::GCMark) return;
  if (mark_begin_) {
    marks_.add(between(*mark_begin_, moment.now));
  } else {
    ++marks_began_before_;
  }
  marking_ = false;
  mark_begin_.reset();
}

void PauseTracker::see_duration(const Open::value_type& open, Time end, bool unended, const Moment& moment) {
  const auto& [of, pause] = open;
  const Longest longest{
      between(pause.begin, end), between(moment.start, pause.begin), unended, of.first, of.second, pause.stack};
  keep_longer(longest_, longest);
  if (is_of_collector(of.second)) keep_longer(longest_of_collector_, longest);
}

void PauseTracker::break_off(const Moment& moment, Time until) {
  for (const auto& open : open_) {
    ++pauses_[open.first.second].unended;
    see_duration(open, until, true, moment);
  }
  open_.clear();
  if (marking_) ++marks_unended_;
  marking_ = false;
  mark_begin_.reset();
}

void PauseTracker::finish(Summary& summary) {
  summary.most_heap = most_heap_;
  summary.most_heap_goal = most_goal_;
  summary.gc_cycles = marks_;
  summary.gc_began_before = marks_began_before_;
  summary.gc_unended = marks_unended_;
  summary.longest_stop_the_world = std::move(longest_);
  summary.longest_gc_pause = std::move(longest_of_collector_);
  for (auto& [kind, pauses] : pauses_) {
    summary.stop_the_world_all.merge(pauses.durations);
    if (is_of_collector(kind)) summary.gc_pauses.merge(pauses.durations);
    summary.stop_the_world.push_back({kind, std::move(pauses.durations), pauses.unended});
  }
  std::stable_sort(
      summary.stop_the_world.begin(), summary.stop_the_world.end(),
      [](const PauseRow& a, const PauseRow& b) { return a.durations.greatest() > b.durations.greatest(); });
}

}  // namespace tracecheck

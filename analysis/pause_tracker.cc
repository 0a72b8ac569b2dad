#include "analysis/pause_tracker.h"

#include <algorithm>

namespace tracecheck {
namespace {

void raise(std::optional<std::uint64_t>& most, std::uint64_t value) { most = most ? std::max(*most, value) : value; }

// "GC sweep termination" and "GC mark termination".
bool is_of_collector(const std::string& kind) { return kind.starts_with("GC "); }

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
    open_.insert_or_assign({range.resource.id, kind_of(event, range)}, moment.now);
  }
  if (range.type != RangeType::GCMark || marking_) return;
  marking_ = true;
  mark_begin_ = active ? std::nullopt : std::optional(moment.now);
}

void PauseTracker::range_ends(const Event& event, const Range& range, const Moment& moment) {
  if (range.type == RangeType::StopTheWorld) {
    const auto found = open_.find({range.resource.id, kind_of(event, range)});
    if (found == open_.end()) return;
    pauses_[found->first.second].durations.add(between(found->second, moment.now));
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

void PauseTracker::break_off() {
  for (const auto& [pause, begin] : open_) ++pauses_[pause.second].unended;
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
  for (auto& [kind, pauses] : pauses_) {
    summary.stop_the_world_all.merge(pauses.durations);
    if (kind && is_of_collector(*kind)) summary.gc_pauses.merge(pauses.durations);
    summary.stop_the_world.push_back({kind, std::move(pauses.durations), pauses.unended});
  }
  std::stable_sort(
      summary.stop_the_world.begin(), summary.stop_the_world.end(),
      [](const PauseRow& a, const PauseRow& b) { return a.durations.greatest() > b.durations.greatest(); });
}

}  // namespace tracecheck

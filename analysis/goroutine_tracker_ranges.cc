// The part of GoroutineTracker that follows ranges and regions.
#include "analysis/goroutine_tracker.h"

namespace tracecheck {
NameId GoroutineTracker::range_name(const Event& event, const Range& range) {
  return event.lost_text[0] != 0 ? kNoName : names_.intern(range.name());
}

void GoroutineTracker::range_begins(const Event& event, const Range& range, const Moment& moment, bool active) {
  if (range.resource.kind == ResourceKind::None) return;
  const bool of_goroutine = range.resource.kind == ResourceKind::Goroutine;
  const GoroutineId goroutine = of_goroutine ? range.resource.id : event.goroutine;
  if (goroutines_.get(goroutine) == nullptr) return;
  const RangeKey key{range.resource.kind, range.resource.id, range_name(event, range)};
  // What is said to be under way was so since the Sync; it may be known from before.
  ranges_.try_emplace(key, OpenRange{active ? moment.sync : moment.now, goroutine});
}

// One on a proc is a goroutine's if it began and ended there.
void GoroutineTracker::range_ends(const Event& event, const Range& range, const Moment& moment) {
  const auto found = ranges_.find({range.resource.kind, range.resource.id, range_name(event, range)});
  if (found == ranges_.end()) return;
  const OpenRange open = found->second;
  const NameId name = std::get<NameId>(found->first);
  ranges_.erase(found);
  if (range.resource.kind == ResourceKind::Proc && open.goroutine != event.goroutine) return;
  if (Goroutine* goroutine = goroutines_.get(open.goroutine)) {
    goroutine->times.ranges.add(name, between(open.since, moment.now));
  }
}

// Those of a goroutine that ends.
void GoroutineTracker::close_ranges(Goroutine& goroutine, Time now) {
  auto range = ranges_.lower_bound({ResourceKind::Goroutine, goroutine.id, NameId{0}});
  while (range != ranges_.end() && std::get<0>(range->first) == ResourceKind::Goroutine &&
         std::get<1>(range->first) == goroutine.id) {
    goroutine.times.ranges.add(std::get<NameId>(range->first), between(range->second.since, now));
    range = ranges_.erase(range);
  }
}

void GoroutineTracker::close_all_ranges(Time now) {
  for (const auto& [key, open] : ranges_) {
    Goroutine* goroutine = goroutines_.get(open.goroutine);
    if (goroutine != nullptr) goroutine->times.ranges.add(std::get<NameId>(key), between(open.since, now));
  }
  ranges_.clear();
}

// Regions

void GoroutineTracker::region_begins(const Event& event, const Region& region, const Moment& moment) {
  Goroutine* goroutine = goroutines_.get(event.goroutine);
  if (goroutine == nullptr) return;
  const NameId name = event.lost_text[0] != 0 ? kNoName : names_.intern(region.type);
  goroutine->regions.push_back({name, moment.now, so_far(*goroutine, moment.now)});
}

void GoroutineTracker::region_ends(const Event& event, const Region& region, const Moment& moment) {
  Goroutine* goroutine = goroutines_.get(event.goroutine);
  if (goroutine == nullptr) return;
  if (goroutine->regions.empty()) {
    ++regions_[event.lost_text[0] != 0 ? kNoName : names_.intern(region.type)].began_before;
    return;
  }
  const OpenRegion open = goroutine->regions.back();
  goroutine->regions.pop_back();
  RegionGroup& group = regions_[open.name];
  const Time duration = between(open.begin, moment.now);
  group.durations.add(duration);
  if (goroutine->regions.empty()) add_duration(goroutine->times.regions, duration);
  StateTimes times = so_far(*goroutine, moment.now);
  times.execution -= open.before.execution;
  times.scheduling_wait -= open.before.scheduling_wait;
  times.blocked -= open.before.blocked;
  times.syscall -= open.before.syscall;
  times.syscall_block -= open.before.syscall_block;
  group.times += times;
}

// Its goroutine has ended, or the trace.
void GoroutineTracker::close_regions(Goroutine& goroutine, Time now) {
  if (goroutine.regions.empty()) return;
  add_duration(goroutine.times.regions, between(goroutine.regions.front().begin, now));
  for (const OpenRegion& open : goroutine.regions) ++regions_[open.name].unended;
  goroutine.regions.clear();
}

}  // namespace tracecheck

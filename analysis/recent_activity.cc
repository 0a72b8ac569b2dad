#include "analysis/recent_activity.h"

#include <algorithm>
#include <utility>

#include "analysis/context_stack.h"
#include "format/clock.h"

namespace tracecheck {
namespace {

// A hostile trace may have a log of a megabyte; nobody reads more of it than this.
constexpr std::size_t kMostLogText = 8192;

}  // namespace

void RecentActivity::begin_segment() { *this = RecentActivity(bounds_); }

void RecentActivity::add(const Event& event) {
  if (!begun_) start_ = event.time;
  begun_ = true;
  now_ = std::max<Time>(elapsed(start_, event.time), 0);
  newest_ = std::max(newest_, now_);
  name_running_goroutine(event);
  switch (event.kind()) {
    case EventKind::Sync: return take(*event.as<Sync>());
    case EventKind::Metric: return take(*event.as<Metric>());
    case EventKind::Log: return take(event, *event.as<Log>());
    case EventKind::StateTransition: return take(event, *event.as<StateTransition>());
    case EventKind::RangeBegin: return range_begins(event, *event.as<RangeBegin>(), false);
    case EventKind::RangeActive: return range_begins(event, *event.as<RangeActive>(), true);
    case EventKind::RangeEnd: return range_ends(*event.as<RangeEnd>());
    case EventKind::RegionBegin: return region_begins(event, *event.as<RegionBegin>());
    case EventKind::RegionEnd: return region_ends(event);
    default: return;
  }
}

// By the stack of whatever it does.
void RecentActivity::name_running_goroutine(const Event& event) {
  if (!has_stack_of_context(event)) return;
  Goroutine* goroutine = goroutines_.get(event.goroutine);
  if (goroutine != nullptr && goroutine->function == kNoName) learn(*goroutine, stacks_.intern(event.stack));
}

void RecentActivity::take(const Sync& sync) {
  ++syncs_;
  if (!sync.begins_generation) return;
  stacks_.generation_begins();
  renew_pools();
}

void RecentActivity::take(const Metric& metric) {
  if (metric.name == "/memory/classes/heap/objects:bytes") heap_.set(now_, metric.value);
  if (metric.name == "/gc/heap/goal:bytes") heap_goal_.set(now_, metric.value);
}

void RecentActivity::take(const Event& event, const Log& log) {
  ++log_count_;
  if (logs_.size() >= bounds_.most_logs) logs_.pop_front();
  RecentLog& kept = logs_.emplace_back();
  kept.time = now_;
  kept.goroutine = event.goroutine;
  kept.task = log.task;
  kept.salvaged = event.salvaged;
  kept.category = log.category.substr(0, kMostLogText);
  kept.message = log.message.substr(0, kMostLogText);
  kept.more_text = log.message.size() - kept.message.size();
  kept.lost_text = event.lost_text;
}

// Slices

RecentActivity::Open RecentActivity::opened(const Event& event, bool was_so_before, Time least) {
  Open open;
  const bool before_the_trace = was_so_before && syncs_ <= 1 && !event.salvaged;
  open.since = std::max({before_the_trace ? 0 : now_, least, after_gap_});
  open.lost_name = event.lost_text[0];
  open.salvaged = event.salvaged;
  open.since_start = was_so_before;
  return open;
}

void RecentActivity::close(const Open& open, RecentSlice slice) {
  slice.salvaged = open.salvaged;
  slice.since_start = open.since_start;
  slice.unended = finishing_;
  slice.begin = open.since;
  slice.end = std::max(finishing_ ? newest_ : now_, open.since);
  slice.name = open.name;
  slice.lost_name = open.lost_name;
  slice.stack = open.stack;
  slices_.push_back(slice);
  if (!finishing_) forget_old();
}

void RecentActivity::close_of(const Goroutine& goroutine, const Open& open, RecentKind kind, std::size_t depth) {
  RecentSlice slice;
  slice.kind = kind;
  slice.depth = static_cast<std::uint8_t>(std::min<std::size_t>(depth, 255));
  slice.goroutine = goroutine.id;
  slice.function = goroutine.function;
  if (kind == RecentKind::Running || kind == RecentKind::Syscall) slice.proc = goroutine.proc;
  close(open, slice);
}

void RecentActivity::forget_old() {
  const auto forget = [this] {
    floor_ = std::max(floor_, slices_.front().end);
    slices_.pop_front();
  };
  while (slices_.size() > bounds_.most_slices) forget();
  while (!slices_.empty() && slices_.front().end < newest_ - bounds_.span) forget();
}

// Names and stacks of what is forgotten would add up otherwise.
void RecentActivity::renew_pools() {
  const std::size_t used = slices_.size() + goroutines_.size() + procs_.size();
  if (names_.size() + stacks_.size() < 4096 + 2 * used) return;
  NamePool names;
  StackPool stacks;
  const auto keep_name = [&](NameId& name) {
    if (name != kNoName) name = names.intern(names_.text(name));
  };
  const auto keep = [&](Open& open) {
    keep_name(open.name);
    open.stack = stacks.adopt(stacks_, open.stack);
  };
  for (RecentSlice& slice : slices_) {
    keep_name(slice.name);
    keep_name(slice.function);
    slice.stack = stacks.adopt(stacks_, slice.stack);
  }
  goroutines_.for_each([&](Goroutine& goroutine) {
    keep_name(goroutine.function);
    keep(goroutine.entered);
    for (Open& region : goroutine.regions) keep(region);
    if (goroutine.assist) keep(*goroutine.assist);
  });
  procs_.for_each([&](Proc& proc) { keep(proc.entered); });
  if (gc_) keep(*gc_);
  for (Open& stop : stops_) keep(stop);
  names_ = std::move(names);
  stacks_ = std::move(stacks);
}

// The end, and gaps

// Behind a gap the reader knows nothing of what was before: what is still there says so.
void RecentActivity::gap() {
  if (syncs_ <= 1 || gap_at_ == syncs_) return;
  gap_at_ = syncs_;
  now_ = std::max(now_, newest_);
  end_all();
  after_gap_ = newest_;
}

void RecentActivity::end_all() {
  for (const Open& stop : stops_) close(stop, {.kind = RecentKind::WorldStop});
  if (gc_) close(*gc_, {.kind = RecentKind::GcCycle});
  stops_.clear();
  gc_.reset();
  std::vector<GoroutineId> ids;
  goroutines_.for_each([&](const Goroutine& goroutine) { ids.push_back(goroutine.id); });
  std::sort(ids.begin(), ids.end());
  for (const GoroutineId id : ids) destroy(*goroutines_.get(id));
}

void RecentActivity::finish() {
  finishing_ = true;
  for (Course* course : {&heap_, &heap_goal_, &goroutine_count_}) course->reach(newest_);
  leave_out_idle();
  end_all();
  const Time asked = std::max<Time>(newest_ - bounds_.span, 0);
  cut_short_ = floor_ > asked;
  floor_ = std::max(floor_, asked);
}

// Of too many goroutines those count that run, and that did something last.
void RecentActivity::leave_out_idle() {
  std::vector<std::pair<Time, GoroutineId>> all;
  goroutines_.for_each([&](const Goroutine& goroutine) {
    all.emplace_back(goroutine.proc == kNone ? newest_ - goroutine.entered.since : -1, goroutine.id);
  });
  if (all.size() <= bounds_.most_goroutines) return;
  std::sort(all.begin(), all.end());
  left_out_ = all.size() - bounds_.most_goroutines;
  for (std::size_t i = bounds_.most_goroutines; i < all.size(); ++i) goroutines_.erase(goroutines_.find(all[i].second));
}

}  // namespace tracecheck

// The part of GoroutineTracker that says what came of it.
#include <algorithm>

#include "analysis/goroutine_tracker.h"

namespace tracecheck {
namespace {

// The runtime's own, and those that take the trace.
bool is_system(const std::string& function, const std::optional<std::string>& reason) {
  return is_system_function(function) || function.starts_with("runtime/trace.") || reason == "system goroutine wait";
}

}  // namespace

std::optional<std::string> GoroutineTracker::text_of(NameId name) const {
  return name == kNoName ? std::nullopt : std::optional(std::string(names_.text(name)));
}

TimesByName GoroutineTracker::by_name(const NamedTimes& times) const {
  TimesByName named;
  times.for_each([&](NameId name, Time sum) { named.emplace_back(text_of(name), sum); });
  std::sort(named.begin(), named.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return named;
}

void GoroutineTracker::end_segment(const Moment& moment, Summary& summary) {
  summary.at_end.clear();
  summary.stacks.clear();
  stacks_at_end_.clear();
  close_all_ranges(moment.last);
  goroutines_.for_each([&](Goroutine& goroutine) {
    const bool at_end = goroutine.present;
    if (at_end) {
      note_at_end(goroutine, moment, summary);
      leave(goroutine, State::Undetermined, moment.last, moment);
      vanish(goroutine, moment.last);
    }
    record(goroutine, std::nullopt, at_end, moment);
  });
  std::sort(summary.at_end.begin(), summary.at_end.end(), [](const GoroutineAtEnd& a, const GoroutineAtEnd& b) {
    return a.at_least != b.at_least ? a.at_least > b.at_least : a.id < b.id;
  });
  goroutines_ = {};
  syscalls_.clear();
  end_census();
  stacks_ = {};
}

void GoroutineTracker::note_at_end(const Goroutine& goroutine, const Moment& moment, Summary& summary) {
  GoroutineAtEnd row;
  row.id = goroutine.id;
  row.function = text_of(goroutine.function);
  row.state = goroutine.state;
  row.reason = text_of(goroutine.reason);
  row.system = row.function && is_system(*row.function, row.reason);
  row.at_least = between(goroutine.entered, moment.last);
  row.since = between(moment.start, goroutine.entered);
  row.since_start = goroutine.since_start;
  row.salvaged = goroutine.salvaged;
  if (goroutine.stack != StackPool::kNoStack) {
    const auto [place, is_new] = stacks_at_end_.try_emplace(goroutine.stack, summary.stacks.size());
    if (is_new) summary.stacks.push_back(stacks_.record(goroutine.stack));
    row.stack = place->second;
  }
  // Of a trace that is cut, what made it run may be among what is missing.
  if (goroutine.state == State::Runnable && !goroutine.salvaged && goroutine.entered < moment.last_replayed) {
    see_wait(goroutine, between(goroutine.entered, moment.last_replayed), true, moment);
  }
  summary.at_end.push_back(std::move(row));
}

void GoroutineTracker::finish(Summary& summary) {
  summary.goroutines = seen_;
  summary.most_goroutines = most_;
  summary.most_goroutines_at = most_at_;
  summary.scheduling_latency = latency_;
  summary.longest_scheduling_latency = std::move(longest_latency_);
  for (const auto& [name, group] : functions_) {
    const std::optional<std::string> function = text_of(name);
    summary.functions.push_back({function, function && is_system_function(*function), group.goroutines, group.at_end,
                                 group.times.states, by_name(group.times.blocked), by_name(group.times.ranges),
                                 group.times.regions, group.times.total, group.latency});
  }
  std::sort(summary.functions.begin(), summary.functions.end(), [](const FunctionRow& a, const FunctionRow& b) {
    return a.times.execution != b.times.execution ? a.times.execution > b.times.execution : a.function < b.function;
  });
  for (const Ended& ended : ended_) {
    const std::optional<std::string> function = text_of(ended.function);
    const std::optional<GoroutineId> creator = ended.creator == kNone ? std::nullopt : std::optional(ended.creator);
    summary.each_goroutine.push_back({ended.id, function, function && is_system_function(*function), creator,
                                      ended.created, ended.ended, ended.times.states, by_name(ended.times.blocked),
                                      by_name(ended.times.ranges), ended.times.regions, ended.times.total});
  }
  std::stable_sort(summary.each_goroutine.begin(), summary.each_goroutine.end(),
                   [](const GoroutineRow& a, const GoroutineRow& b) { return a.id < b.id; });
  for (const auto& [name, group] : regions_) {
    summary.regions.push_back({text_of(name), group.durations.count() + group.began_before + group.unended,
                               group.durations, group.began_before, group.unended, group.times});
  }
  std::sort(summary.regions.begin(), summary.regions.end(), [](const RegionRow& a, const RegionRow& b) {
    const Time left = a.durations.total();
    const Time right = b.durations.total();
    return left != right ? left > right : a.name < b.name;
  });
}

}  // namespace tracecheck

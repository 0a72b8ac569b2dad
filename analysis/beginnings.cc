#include "analysis/beginnings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "format/clock.h"

namespace tracecheck {
namespace {

// One range of a type can be under way at each resource.
std::uint64_t key_of(const Range& range) {
  const auto id = static_cast<std::uint64_t>(range.resource.kind == ResourceKind::None ? kNone : range.resource.id);
  return id * 4 + static_cast<std::uint64_t>(range.type);
}

}  // namespace

std::int64_t Beginning::lasted(Time end) const { return std::max<std::int64_t>(elapsed(time, end), 0); }

Beginnings::Step Beginnings::follow(const Event& event) {
  if (!known_since_) known_since_ = generation_start_ = newest_ = event.time;
  if (const auto* body = event.as<Sync>()) sync(*body, event.time);
  newest_ = std::max(newest_, event.time);
  salvaged_ = salvaged_ || event.salvaged;
  switch (event.kind()) {
    case EventKind::StateTransition: return follow_state(event, *event.as<StateTransition>());
    case EventKind::RangeBegin: return follow_range(event, *event.as<RangeBegin>());
    case EventKind::RangeActive: return follow_range(event, *event.as<RangeActive>());
    case EventKind::RangeEnd: return follow_range(event, *event.as<RangeEnd>());
    case EventKind::TaskBegin: return task_begins(event, event.as<TaskBegin>()->id);
    case EventKind::TaskEnd: return task_ends(event, event.as<TaskEnd>()->id);
    case EventKind::RegionBegin: return region_begins(event);
    case EventKind::RegionEnd: return region_ends(event);
    default: return {};
  }
}

void Beginnings::sync(const Sync& sync, Time time) {
  if (!sync.begins_generation) return;
  ++generation_;
  if (generation_ == 1) known_generation_ = 1;
  generation_start_ = time;
  newest_before_ = newest_;
}

// What was under way before the gap may have ended in it, and begun again.
void Beginnings::start_behind_gap() {
  give_up_all(newest_before_);
  known_generation_ = generation_;
  known_since_ = generation_start_;
  salvaged_ = false;
}

void Beginnings::finish() {
  give_up_all(newest_);
  known_since_.reset();
  salvaged_ = false;
  generation_ = known_generation_ = 0;
}

void Beginnings::give_up_all(Time until) {
  for (auto& [id, task] : tasks_) give_up(std::move(task), until);
  for (auto& [key, range] : ranges_) give_up(std::move(range), until);
  for (auto& [id, goroutine] : goroutines_) {
    for (Beginning& region : goroutine.regions) give_up(std::move(region), until);
    if (goroutine.state != State::Undetermined) give_up(std::move(goroutine.entered), until);
  }
  tasks_.clear();
  first_task_ = kNoTask;
  ranges_.clear();
  goroutines_.clear();
}

void Beginnings::give_up(Beginning&& beginning, Time until) {
  if (beginning.note.selected != Match::No) unended_.push_back({std::move(beginning), until, salvaged_});
}

std::vector<Unended> Beginnings::take_unended() {
  // Nothing that is printed may depend on the order in a map.
  std::sort(unended_.begin(), unended_.end(), [](const Unended& a, const Unended& b) {
    const auto key = [](const Unended& u) {
      return std::tie(u.beginning.time, u.beginning.goroutine, u.beginning.note.text);
    };
    return key(a) < key(b);
  });
  return std::exchange(unended_, {});
}

Beginning& Beginnings::begin(Beginning& beginning, const Event& event, bool was_so_before) {
  beginning.time = event.time;
  if (was_so_before) beginning.time = generation_ == known_generation_ ? *known_since_ : generation_start_;
  beginning.at_least = was_so_before;
  beginning.goroutine = event.goroutine;
  beginning.reason.clear();
  beginning.lost_reason = 0;
  beginning.note.selected = beginning.note.stack_matches = Match::No;
  beginning.note.text.clear();
  beginning.note.stack.reset();
  return beginning;
}

Beginnings::Step Beginnings::end(Beginning& beginning) {
  std::swap(ended_, beginning);
  return {&ended_, nullptr};
}

// Its beginning is not in the trace; where events may be missing, that tells nothing of when it was.
Beginnings::Step Beginnings::end_unknown(const Event& event) {
  begin(ended_, event, true).time = event.salvaged ? event.time : *known_since_;
  return {&ended_, nullptr};
}

Beginnings::Step Beginnings::follow_state(const Event& event, const StateTransition& transition) {
  // In a trace without a gap, what there is is told of in the first generation.
  if (transition.from == State::Undetermined && generation_ != known_generation_) start_behind_gap();
  if (transition.resource.kind != ResourceKind::Goroutine) return {};
  const GoroutineId id = transition.resource.id;
  if (transition.to == State::NotExist) return goroutine_ends(id, transition.from);
  if (!wanted_.states) return {};
  Goroutine& goroutine = goroutines_[id];
  if (transition.from == transition.to) {
    // A status that is told again.
    if (goroutine.state != transition.to) goroutine.state = State::Undetermined;
    return {};
  }
  Step step;
  // Where it comes from another state than the one known, something is lost in between.
  if (goroutine.state == transition.from && goroutine.state != State::Undetermined) step = end(goroutine.entered);
  goroutine.state = transition.to;
  Beginning& entered = begin(goroutine.entered, event, transition.from == State::Undetermined);
  entered.goroutine = id;
  entered.reason = transition.reason;
  entered.lost_reason = event.lost_text[0];
  step.begun = &entered;
  return step;
}

Beginnings::Step Beginnings::goroutine_ends(GoroutineId id, State from) {
  const auto found = goroutines_.find(id);
  if (found == goroutines_.end()) return {};
  Goroutine& goroutine = found->second;
  Step step;
  if (wanted_.states && goroutine.state == from) step = end(goroutine.entered);
  for (Beginning& region : goroutine.regions) give_up(std::move(region), newest_);
  goroutines_.erase(found);
  return step;
}

Beginnings::Step Beginnings::follow_range(const Event& event, const Range& range) {
  if (!wanted_.ranges) return {};
  const std::uint64_t key = key_of(range);
  const auto found = ranges_.find(key);
  if (event.kind() == EventKind::RangeEnd) {
    if (found == ranges_.end()) return end_unknown(event);
    const Step step = end(found->second);
    ranges_.erase(found);
    return step;
  }
  const bool active = event.kind() == EventKind::RangeActive;
  if (found != ranges_.end() && active) return {};
  return {nullptr, &begin(ranges_[key], event, active)};
}

Beginnings::Step Beginnings::task_begins(const Event& event, TaskId id) {
  if (!wanted_.tasks) return {};
  first_task_ = std::min(first_task_, id);
  return {nullptr, &begin(tasks_[id], event, false)};
}

Beginnings::Step Beginnings::task_ends(const Event& event, TaskId id) {
  if (!wanted_.tasks) return {};
  const auto found = tasks_.find(id);
  // A task may be ended twice.
  if (found == tasks_.end()) return id < first_task_ ? end_unknown(event) : Step{};
  const Step step = end(found->second);
  tasks_.erase(found);
  return step;
}

Beginnings::Step Beginnings::region_begins(const Event& event) {
  if (!wanted_.regions) return {};
  std::vector<Beginning>& regions = goroutines_[event.goroutine].regions;
  return {nullptr, &begin(regions.emplace_back(), event, false)};
}

Beginnings::Step Beginnings::region_ends(const Event& event) {
  if (!wanted_.regions) return {};
  std::vector<Beginning>& regions = goroutines_[event.goroutine].regions;
  if (regions.empty()) return end_unknown(event);
  const Step step = end(regions.back());
  regions.pop_back();
  return step;
}

}  // namespace tracecheck

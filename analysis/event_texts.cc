#include "analysis/event_texts.h"

namespace tracecheck {
namespace {

Resource resource_of_goroutine(const Event& event) {
  if (const auto* transition = event.as<StateTransition>()) return transition->resource;
  if (const auto* active = event.as<RangeActive>()) return active->resource;
  if (const auto* label = event.as<Label>()) return label->resource;
  return {};
}

}  // namespace

std::string_view search_kind_name(SearchKind kind) {
  switch (kind) {
    case SearchKind::Log: return "log";
    case SearchKind::Task: return "task";
    case SearchKind::Region: return "region";
    case SearchKind::Transition: return "transition";
    case SearchKind::Range: return "range";
    case SearchKind::Metric: return "metric";
    case SearchKind::Label: return "label";
  }
  return {};
}

std::optional<SearchKind> search_kind(const Event& event) {
  switch (event.kind()) {
    case EventKind::Log: return SearchKind::Log;
    case EventKind::TaskBegin:
    case EventKind::TaskEnd: return SearchKind::Task;
    case EventKind::RegionBegin:
    case EventKind::RegionEnd: return SearchKind::Region;
    case EventKind::RangeBegin:
    case EventKind::RangeActive:
    case EventKind::RangeEnd: return SearchKind::Range;
    case EventKind::Metric: return SearchKind::Metric;
    case EventKind::Label: return SearchKind::Label;
    case EventKind::StateTransition:
      if (event.as<StateTransition>()->resource.kind == ResourceKind::Goroutine) return SearchKind::Transition;
      return std::nullopt;
    default: return std::nullopt;
  }
}

bool lasts(SearchKind kind) {
  switch (kind) {
    case SearchKind::Task:
    case SearchKind::Region:
    case SearchKind::Transition:
    case SearchKind::Range: return true;
    default: return false;
  }
}

GoroutineId goroutine_of(const Event& event) {
  const Resource resource = resource_of_goroutine(event);
  return resource.kind == ResourceKind::Goroutine ? resource.id : event.goroutine;
}

EventTexts TextsOfEvents::of(const Event& event, const Beginning* ended) {
  const std::uint64_t lost = event.lost_text[0];
  if (const auto* log = event.as<Log>()) return {log->category, log->message, lost, event.lost_text[1]};
  if (const auto* begin = event.as<TaskBegin>()) return {begin->type, {}, lost};
  if (const auto* end = event.as<TaskEnd>()) return {end->type, {}, lost};
  if (const auto* begin = event.as<RegionBegin>()) return {begin->type, {}, lost};
  if (const auto* end = event.as<RegionEnd>()) return {end->type, {}, lost};
  if (const auto* begin = event.as<RangeBegin>()) return of_range(event, *begin);
  if (const auto* active = event.as<RangeActive>()) return of_range(event, *active);
  if (const auto* end = event.as<RangeEnd>()) return of_range(event, *end);
  if (const auto* metric = event.as<Metric>()) return {metric->name, {}};
  if (const auto* label = event.as<Label>()) return {label->label, {}, lost};
  if (const auto* transition = event.as<StateTransition>()) return of_transition(event, *transition, ended);
  if (const auto* experimental = event.as<Experimental>()) return {experimental->name, {}};
  return {};
}

EventTexts TextsOfEvents::of_unended(const Event& event) {
  EventTexts texts = of(event, nullptr);
  if (const auto* transition = event.as<StateTransition>()) texts.category = state_name(transition->to);
  return texts;
}

EventTexts TextsOfEvents::of_transition(const Event& event, const StateTransition& transition, const Beginning* ended) {
  category_.clear();
  if (transition.resource.kind == ResourceKind::Proc) {
    category_ += "proc " + std::to_string(transition.resource.id) + ' ';
  }
  category_ += state_name(transition.from);
  category_ += "->";
  category_ += state_name(transition.to);
  EventTexts texts{category_, transition.reason, 0, event.lost_text[0]};
  const bool says_why = !transition.reason.empty() || texts.lost_message != 0;
  if (says_why || ended == nullptr) return texts;
  texts.message = ended->reason;
  texts.lost_message = ended->lost_reason;
  return texts;
}

EventTexts TextsOfEvents::of_range(const Event& event, const Range& range) {
  category_ = range.name();
  message_.clear();
  const std::string id = std::to_string(range.resource.id);
  if (range.resource.kind == ResourceKind::Goroutine) message_ = "goroutine " + id;
  if (range.resource.kind == ResourceKind::Proc) message_ = "proc " + id;
  return {category_, message_, event.lost_text[0], 0};
}

}  // namespace tracecheck

#include "analysis/query.h"

namespace tracecheck {
namespace {

// The bits of a TextAnswer.
constexpr std::uint8_t kCategory = 1;
constexpr std::uint8_t kMessage = 2;
constexpr std::uint8_t kEither = 4;

std::optional<std::string> add_all(Patterns& patterns, const std::vector<std::string>& texts,
                                   const PatternStyle& style) {
  for (const std::string& text : texts) {
    if (auto problem = patterns.add(text, style)) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> set_bound(std::optional<TimePoint>& bound, const std::string& option,
                                     const std::string& text) {
  if (text.empty()) return std::nullopt;
  bound = parse_time_point(text);
  if (bound) return std::nullopt;
  return option + " " + text +
         " is not a time: give 1.5s, 200ms or 2m from the trace's start, -2s from its end, or a time like " +
         "2026-01-31T12:00:00Z";
}

Resource resource_of(const Event& event) {
  if (const auto* transition = event.as<StateTransition>()) return transition->resource;
  if (const auto* begin = event.as<RangeBegin>()) return begin->resource;
  if (const auto* active = event.as<RangeActive>()) return active->resource;
  if (const auto* end = event.as<RangeEnd>()) return end->resource;
  if (const auto* label = event.as<Label>()) return label->resource;
  return {};
}

// Of two parts of one text; an empty one is none.
std::string_view earlier(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return b.data() < a.data() ? b : a;
}

}  // namespace

TaskId task_of(const Event& event) {
  if (const auto* log = event.as<Log>()) return log->task;
  if (const auto* begin = event.as<RegionBegin>()) return begin->task;
  if (const auto* end = event.as<RegionEnd>()) return end->task;
  if (const auto* task = event.as<TaskBegin>()) return task->id;
  if (const auto* task = event.as<TaskEnd>()) return task->id;
  return kNoTask;
}

void TaskFamily::learn(TaskId child, TaskId parent) {
  if (parent != kBackgroundTask && contains(parent)) members_.insert(child);
}

void TaskFamily::learn(const std::vector<std::pair<TaskId, TaskId>>& begun) {
  IdHashMap<TaskId, std::vector<TaskId>> children;
  for (const auto& [child, parent] : begun) {
    if (parent != kBackgroundTask) children[parent].push_back(child);
  }
  std::vector<TaskId> to_visit;
  for (const auto& [parent, unused] : children) {
    if (contains(parent)) to_visit.push_back(parent);
  }
  while (!to_visit.empty()) {
    const auto found = children.find(to_visit.back());
    to_visit.pop_back();
    if (found == children.end()) continue;
    for (const TaskId child : found->second) {
      if (members_.insert(child).second) to_visit.push_back(child);
    }
  }
}

Query::Query(const QueryOptions& options)
    : has_patterns_(options.has_patterns()),
      has_tasks_(!options.tasks.empty()),
      tasks_(options.tasks),
      goroutines_(options.goroutines.begin(), options.goroutines.end()) {
  if (!options.category.empty()) given_ |= kCategory;
  if (!options.message.empty()) given_ |= kMessage;
  if (!options.either.empty()) given_ |= kEither;
}

std::variant<Query, std::string> Query::make(const QueryOptions& options) {
  Query query(options);
  for (auto problem :
       {add_all(query.category_, options.category, options.style),
        add_all(query.message_, options.message, options.style), add_all(query.either_, options.either, options.style),
        set_bound(query.times_.since, "--since", options.since),
        set_bound(query.times_.until, "--until", options.until)}) {
    if (problem) return *problem;
  }
  const TimeBounds& times = query.times_;
  if (times.since && times.until && times.since->from == times.until->from && times.since->ns > times.until->ns) {
    return "--since " + options.since + " lies behind --until " + options.until;
  }
  return query;
}

TextAnswer Query::answer(std::string_view text) const {
  std::uint8_t bits = 0;
  if (category_.match(text)) bits |= kCategory;
  if (message_.match(text)) bits |= kMessage;
  if (either_.match(text)) bits |= kEither;
  return {bits, bits};
}

std::uint8_t Query::possible_answers(std::string_view bytes) const {
  std::uint8_t bits = 0;
  if (category_.may_match_within(bytes)) bits |= kCategory;
  if (message_.may_match_within(bytes)) bits |= kMessage;
  if (either_.may_match_within(bytes)) bits |= kEither;
  return bits;
}

TextAnswer Query::answer_of_lost_text() const {
  TextAnswer answer{0, given_};
  if (category_.match_anything()) answer.surely |= kCategory;
  if (message_.match_anything()) answer.surely |= kMessage;
  if (either_.match_anything()) answer.surely |= kEither;
  return answer;
}

bool Query::fits(std::uint8_t category, std::uint8_t message) const {
  const unsigned met = (category & kCategory) | (message & kMessage) | ((category | message) & kEither);
  return met == given_;
}

Match Query::match_texts(TextAnswer category, TextAnswer message) const {
  if (fits(category.surely, message.surely)) return Match::Yes;
  return fits(category.perhaps, message.perhaps) ? Match::Perhaps : Match::No;
}

bool Query::could_match(std::uint8_t all_answers) const { return fits(all_answers, all_answers); }

std::string_view Query::find_in_category(std::string_view text, std::size_t at) const {
  return earlier(category_.find(text, at), either_.find(text, at));
}

std::string_view Query::find_in_message(std::string_view text, std::size_t at) const {
  return earlier(message_.find(text, at), either_.find(text, at));
}

bool Query::selects(const Event& event) {
  if (!in_scope(event)) return false;
  if (!has_patterns_) return true;
  const auto* log = event.as<Log>();
  return log != nullptr && match_texts(answer(log->category), answer(log->message)) == Match::Yes;
}

bool Query::in_scope(const Event& event) {
  if (const auto* task = event.as<TaskBegin>()) tasks_.learn(task->id, task->parent);
  if (has_tasks_) {
    const TaskId task = task_of(event);
    if (task == kNoTask || !tasks_.contains(task)) return false;
  }
  if (goroutines_.empty() || goroutines_.contains(event.goroutine)) return true;
  const Resource resource = resource_of(event);
  return resource.kind == ResourceKind::Goroutine && goroutines_.contains(resource.id);
}

}  // namespace tracecheck

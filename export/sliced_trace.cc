#include "export/sliced_trace.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "analysis/wall_clock.h"
#include "crash/repair_mark.h"
#include "export/human.h"
#include "format/clock.h"

namespace tracecheck {
namespace {

std::string not_there(const std::string& what, const RepairSurvey& survey, RepairRange all) {
  const std::string first = std::to_string(survey.generations[all.begin].number);
  const std::string last = std::to_string(survey.generations[all.end - 1].number);
  return what + "; the trace has " + (first == last ? "generation " + first : "generations " + first + " to " + last);
}

// From the first to the last that `is_in`, of those with events. Empty if there is none.
template <typename IsIn>
RepairRange range_of(const RepairSurvey& survey, RepairRange all, IsIn is_in) {
  RepairRange range;
  for (std::size_t i = all.begin; i < all.end; ++i) {
    const SurveyedGeneration& generation = survey.generations[i];
    if (!generation.first_event || !is_in(generation)) continue;
    if (range.begin == range.end) range.begin = i;
    range.end = i + 1;
  }
  return range;
}

// The bounds on the trace's clock, by the generations of one trace; none where there is no wall clock to tell.
struct Span {
  Time since = std::numeric_limits<Time>::min();
  Time until = std::numeric_limits<Time>::max();
};
std::optional<Span> resolve(const RepairSurvey& survey, RepairRange all, const TimeBounds& times) {
  const Time start = survey.generations[all.begin].start;
  TimeWindow window(times, [](std::string_view) { return true; });
  WallClock clock;
  for (std::size_t i = all.begin; i < all.end; ++i) {
    clock.begin_generation(survey.generations[i].snapshot);
    if (times.by_wall_clock() && !clock.snapshot()) return std::nullopt;
    window.set_clock(start, clock.snapshot());
    if (survey.generations[i].first_event) window.reach(survey.generations[i].last_event - start);
  }
  Span span;
  if (const auto since = window.since()) span.since = wrapping_add(start, *since);
  if (const auto until = window.until()) span.until = wrapping_add(start, *until);
  return span;
}

class Slice {
 public:
  Slice(const RepairSurvey& survey, const SlicePlan& plan, const Sink& sink)
      : plan_(plan), kept_(survey.generations[plan.range.begin].version, sink) {}

  /// The generations of the plan's segment in their order, those before the plan's, too. False: no more is needed.
  bool add(const Generation& generation, std::size_t index, const SurveyedGeneration& surveyed);
  SliceOutcome finish(std::string unread);

 private:
  bool add_first(const Generation& generation, const SurveyedGeneration& surveyed, std::optional<Time> until);
  bool add_next(const Generation& generation, const SurveyedGeneration& surveyed, std::optional<Time> until);
  void pass_over(const Generation& generation, const SurveyedGeneration& surveyed);

  const SlicePlan& plan_;
  KeptGenerations kept_;
  Replay before_;  // the state before the first that is written
  SliceOutcome outcome_;
};

bool Slice::add(const Generation& generation, std::size_t index, const SurveyedGeneration& surveyed) {
  if (index < plan_.range.begin) {
    pass_over(generation, surveyed);
    return true;
  }
  if (!surveyed.first_event) return true;
  const bool is_first = index == plan_.range.begin;
  const std::optional<Time> until = index + 1 == plan_.range.end ? plan_.until : std::nullopt;
  outcome_.written = is_first ? add_first(generation, surveyed, until) : add_next(generation, surveyed, until);
  if (is_first) {
    outcome_.first_number = surveyed.number;
    outcome_.first = std::max(*surveyed.first_event, plan_.since.value_or(*surveyed.first_event)) - plan_.trace_start;
  }
  outcome_.last_number = surveyed.number;
  outcome_.last = std::min(surveyed.last_event, plan_.until.value_or(surveyed.last_event)) - plan_.trace_start;
  ++outcome_.generations;
  return outcome_.written && index + 1 < plan_.range.end;
}

// Damage starts the order anew: what was before it is not known to hold behind it.
void Slice::pass_over(const Generation& generation, const SurveyedGeneration& surveyed) {
  if (surveyed.follows_damage) before_ = Replay();
  SalvagedOrder order(generation, std::move(before_));
  while (order.next()) {
  }
  before_ = order.replay();
}

// A whole generation tells all that it needs by itself, but for ranges that are open as it begins.
bool Slice::add_first(const Generation& generation, const SurveyedGeneration& surveyed, std::optional<Time> until) {
  const bool stands_alone = kept_.stands(generation, surveyed);
  if (stands_alone && !plan_.since && !until) return kept_.add_as_it_stands(generation);
  Replay before;
  if (!stands_alone && !surveyed.follows_damage) before = std::move(before_);
  return kept_.add_from(generation, std::move(before), {plan_.since.value_or(*surveyed.first_event), until});
}

bool Slice::add_next(const Generation& generation, const SurveyedGeneration& surveyed, std::optional<Time> until) {
  if (until) return kept_.add_until(generation, *until);
  const bool as_it_stands = kept_.only_as_they_stand() && kept_.stands(generation, surveyed);
  return as_it_stands ? kept_.add_as_it_stands(generation) : kept_.add_anew(generation);
}

SliceOutcome Slice::finish(std::string unread) {
  outcome_.unread = std::move(unread);
  static_cast<KeptCounts&>(outcome_) = kept_.counts();
  const bool repaired = outcome_.events_made_up > 0 || outcome_.logs_without_text > 0;
  if (outcome_.written) outcome_.written = kept_.finish(repaired ? repair_mark(describe(outcome_)) : "");
  return outcome_;
}

}  // namespace

std::optional<GenerationNumbers> parse_generation_numbers(std::string_view text) {
  const auto number = [](std::string_view digits, std::uint64_t& value) {
    const char* const end = digits.data() + digits.size();
    return digits.empty() || std::from_chars(digits.data(), end, value) == std::from_chars_result{end, std::errc()};
  };
  GenerationNumbers numbers{0, std::numeric_limits<std::uint64_t>::max()};
  const std::size_t dash = text.find('-');
  if (text.empty() || text == "-") return std::nullopt;
  if (!number(text.substr(0, dash), numbers.first)) return std::nullopt;
  if (dash == std::string_view::npos) {
    numbers.last = numbers.first;
  } else if (!number(text.substr(dash + 1), numbers.last)) {
    return std::nullopt;
  }
  if (numbers.first > numbers.last) return std::nullopt;
  return numbers;
}

std::variant<SlicePlan, std::string> plan_slice(const RepairSurvey& survey, const GenerationNumbers& numbers) {
  const RepairRange all = best_segment(survey);
  if (all.begin == all.end) return "no event can be read";
  SlicePlan plan;
  plan.trace_start = survey.generations[all.begin].start;
  plan.range = range_of(
      survey, all, [&](const SurveyedGeneration& g) { return g.number >= numbers.first && g.number <= numbers.last; });
  if (plan.range.begin == plan.range.end) return not_there("no such generation has an event", survey, all);
  return plan;
}

std::variant<SlicePlan, std::string> plan_slice(const RepairSurvey& survey, const TimeBounds& times) {
  const RepairRange all = best_segment(survey);
  if (all.begin == all.end) return "no event can be read";
  const std::optional<Span> span = resolve(survey, all, times);
  if (!span) return "has no wall clock, which traces have from Go 1.25 on; give times from its start or end";
  SlicePlan plan;
  plan.trace_start = survey.generations[all.begin].start;
  plan.range = range_of(survey, all, [&](const SurveyedGeneration& g) {
    return g.last_event >= span->since && *g.first_event <= span->until && span->since <= span->until;
  });
  if (plan.range.begin == plan.range.end) {
    const RepairRange with_events = range_of(survey, all, [](const SurveyedGeneration&) { return true; });
    return "no event lies between these times; the trace's lie from " +
           seconds_text(*survey.generations[with_events.begin].first_event - plan.trace_start) + " to " +
           seconds_text(survey.generations[with_events.end - 1].last_event - plan.trace_start) + " s";
  }
  if (*survey.generations[plan.range.begin].first_event < span->since) plan.since = span->since;
  if (survey.generations[plan.range.end - 1].last_event > span->until) plan.until = span->until;
  return plan;
}

std::string describe(const SliceOutcome& outcome) {
  std::string text = counted(outcome.generations, "generation") + " (" + std::to_string(outcome.first_number);
  if (outcome.last_number != outcome.first_number) text += " to " + std::to_string(outcome.last_number);
  text += ") with " + counted(outcome.events_kept, "event") + " and " + counted(outcome.logs_kept, "log") + ", from " +
          seconds_text(outcome.first) + " to " + seconds_text(outcome.last) + " s, " + bytes_text(outcome.bytes);
  if (outcome.events_made_up > 0) {
    text += "; made up " + counted(outcome.events_made_up, "event") + " in the place of what is lost";
  }
  return text + unread_text(outcome.unread);
}

SliceOutcome write_slice(std::unique_ptr<ByteSource> source, const RepairSurvey& survey, const SlicePlan& plan,
                         const Sink& sink) {
  std::uint64_t bytes = 0;
  const Sink counting = [&](std::string_view text) {
    bytes += text.size();
    return sink(text);
  };
  GenerationFeed feed(std::move(source), survey);
  Slice slice(survey, plan, counting);
  const std::size_t segment = survey.generations[plan.range.begin].segment;
  while (feed.next()) {
    if (feed.surveyed().segment != segment) continue;
    if (!slice.add(feed.generation(), feed.index(), feed.surveyed())) break;
  }
  SliceOutcome outcome = slice.finish(feed.unread());
  outcome.bytes = bytes;
  outcome.failure = feed.failure();
  return outcome;
}

}  // namespace tracecheck

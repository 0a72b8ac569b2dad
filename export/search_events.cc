#include <array>
#include <cstring>
#include <utility>

#include "analysis/beginnings.h"
#include "analysis/time_window.h"
#include "analysis/wall_clock.h"
#include "export/event_line.h"
#include "export/search.h"
#include "format/clock.h"
#include "reader/limited_source.h"
#include "tracecheck/salvage.h"

namespace tracecheck {
namespace {

// What has an end is followed where it is looked for; around a match, all of it.
Beginnings::Wanted followed(const EventMatcher& matcher, const SearchStyle& style) {
  return style.prints_context() ? Beginnings::Wanted{true, true, true, true} : matcher.beginnings();
}

class EventSearch {
 public:
  EventSearch(std::unique_ptr<ByteSource> source, const EventMatcher& matcher, const SearchStyle& style,
              const std::string& file, MatchOutput& output)
      : style_(style),
        output_(output),
        reader_(std::move(source)),
        matcher_(matcher),
        beginnings_(followed(matcher, style)),
        lines_({style.json, style.wall, style.stack, style.color && !matcher.inverted() ? &matcher.query() : nullptr}),
        context_(style.context, [this](ContextBlock&& block) { return close(std::move(block)); }),
        window_(
            matcher.query().times(), [this](std::string_view line) { return take(line); },
            [this](std::string_view line, TimeWindow::Side side) { drop(line, side); }),
        lost_(matcher.query().times(), [this](std::string_view) { return ++result_.lost > 0; }),
        needs_clock_(style.wall || matcher.query().times().by_wall_clock()) {
    lines_.begin_trace(file);
  }

  SearchResult run() {
    try {
      search();
    } catch (const MemoryLimitReached&) {
      result_.version = reader_.version();
      give_up(result_);
    }
    return result_;
  }

 private:
  void search() {
    while (const Event* event = reader_.next()) {
      result_.enough = !follow(*event);
      if (result_.enough || result_.clock_is_missing) break;
    }
    if (!result_.enough) result_.enough = !finish();
    result_.version = reader_.version();
    result_.verdict = reader_.verdict();
    result_.message = message_of(reader_.ending());
    result_.damage = reader_.damage();
    const std::vector<GenerationInfo>& generations = reader_.generations();
    result_.next_began = !generations.empty() && generations.back().state == GenerationState::Begun;
  }

  // All that return a bool: false: enough was found.
  bool follow(const Event& event) {
    if (reader_.segments().size() != segments_ && !begin_segment(event)) return false;
    if (const Sync* sync = event.as<Sync>(); sync != nullptr && sync->begins_generation) {
      begin_generation(sync->clock_snapshot);
    }
    if (result_.clock_is_missing) return true;
    const Time time = elapsed(start_, event.time);
    lost_.reach(time);
    if (!window_.reach(time)) return false;
    const Beginnings::Step step = beginnings_.follow(event);
    if (beginnings_.any_unended() && !put_unended()) return false;
    if (step.begun != nullptr) note(step.begun->note, event);
    const Match match = matcher_.match(event, step.ended);
    if (match == Match::Perhaps) lost_.add(time, "");
    const bool counts = match == Match::Yes && window_.wants(time);
    if (style_.prints_context()) return put_with_context(event, step.ended, counts && may_begin());
    return !counts || put(event, step.ended);
  }

  bool begin_segment(const Event& first) {
    if (segments_ > 0 && !(finish_segment() && window_.begin_trace())) return false;
    lost_.begin_trace();
    segments_ = reader_.segments().size();
    start_ = first.time;
    clock_.begin_segment();
    if (first.as<Sync>() == nullptr) begin_generation({});
    return true;
  }

  void begin_generation(const std::optional<ClockSnapshot>& snapshot) {
    clock_.begin_generation(snapshot);
    result_.clock_is_missing = needs_clock_ && !clock_.snapshot();
    window_.set_clock(start_, clock_.snapshot());
    lost_.set_clock(start_, clock_.snapshot());
    lines_.begin_generation(start_, clock_.snapshot());
    matcher_.generation_begins();
  }

  // Nothing goes on in the trace that follows.
  bool finish_segment() {
    beginnings_.finish();
    return put_unended() && context_.finish();
  }

  bool finish() {
    const bool wants_more = finish_segment() && window_.finish();
    lost_.finish();
    return wants_more;
  }

  void note(BeginningNote& note, const Event& event) {
    note.stack_matches = matcher_.match_place(event);
    note.selected = matcher_.match_unended(event);
    lines_.note(note, event, note.selected == Match::Yes && style_.prints_lines());
  }

  bool put(const Event& event, const Beginning* ended) {
    line_.clear();
    if (style_.prints_lines()) lines_.append(line_, event, ended);
    return window_.add(elapsed(start_, event.time), line_);
  }

  bool put_with_context(const Event& event, const Beginning* ended, bool matches) {
    const GoroutineId id = goroutine_of(event);
    const GoroutineId by = event.goroutine;
    const bool also_by = by != id && context_.wants(by);
    line_.clear();
    if (matches || also_by || context_.wants(id)) lines_.append(line_, event, ended);
    if (by != id && !also_by) context_.pass(by);
    if (also_by && !context_.add(by, line_)) return false;
    if (matches) {
      ++begun_;
      if (!context_.add_match(id, event.time, line_)) return false;
    } else if (!context_.wants(id)) {
      context_.pass(id);
    } else if (!context_.add(id, line_)) {
      return false;
    }
    const auto* transition = event.as<StateTransition>();
    const bool gone = transition != nullptr && transition->to == State::NotExist &&
                      transition->resource.kind == ResourceKind::Goroutine;
    return !gone || context_.end(id);
  }

  // Of N matches that are wanted, those that begin first count; where the window is open yet, those that are out first.
  bool may_begin() const { return !style_.max || matcher_.query().times().from_end() || begun_ < *style_.max; }

  bool put_unended() {
    for (const Unended& unended : beginnings_.take_unended()) {
      const Beginning& beginning = unended.beginning;
      const Time time = elapsed(start_, unended.until);
      if (!matcher_.long_enough(beginning.lasted(unended.until))) continue;
      if (beginning.note.selected == Match::Perhaps) {
        lost_.add(time, "");
      } else if (window_.wants(time) && !put_unended(unended, time)) {
        return false;
      }
    }
    return true;
  }

  bool put_unended(const Unended& unended, Time time) {
    line_.clear();
    if (style_.prints_lines()) lines_.append_unended(line_, unended);
    if (!style_.prints_context()) return window_.add(time, line_);
    if (!may_begin()) return true;
    ++begun_;
    return context_.add_last_words(unended.beginning.goroutine, unended.until, line_);
  }

  // The window holds lines; of a block it holds the number.
  bool close(ContextBlock&& block) {
    const Time time = elapsed(start_, block.time);
    const std::uint64_t number = ++closed_;
    blocks_.emplace(number, std::move(block));
    std::array<char, sizeof number> bytes{};
    std::memcpy(bytes.data(), &number, sizeof number);
    return window_.add(time, {bytes.data(), bytes.size()});
  }

  ContextBlock open(std::string_view line) {
    std::uint64_t number = 0;
    std::memcpy(&number, line.data(), sizeof number);
    return std::move(blocks_.extract(number).mapped());
  }

  bool take(std::string_view line) { return style_.prints_context() ? output_.take(open(line)) : output_.take(line); }

  void drop(std::string_view line, TimeWindow::Side side) {
    if (!style_.prints_context()) return;
    ContextBlock block = open(line);
    if (side == TimeWindow::Side::After) output_.take_behind(std::move(block));
  }

  const SearchStyle& style_;
  MatchOutput& output_;
  SalvageReader reader_;
  EventMatcher matcher_;
  Beginnings beginnings_;
  EventLines lines_;
  GoroutineContext context_;
  TimeWindow window_;
  TimeWindow lost_;
  bool needs_clock_;
  SearchResult result_;
  std::size_t segments_ = 0;  // that have begun
  Time start_ = 0;
  WallClock clock_;
  std::uint64_t begun_ = 0;  // matches with context
  std::uint64_t closed_ = 0;
  IdHashMap<std::uint64_t, ContextBlock> blocks_;  // that the window holds
  std::string line_;
};

}  // namespace

SearchResult search_events(std::unique_ptr<ByteSource> source, const EventMatcher& matcher, const SearchStyle& style,
                           const std::string& file, MatchOutput& output) {
  EventSearch search(std::move(source), matcher, style, file, output);
  SearchResult result = search.run();
  result.matches = output.matches();
  return result;
}

}  // namespace tracecheck

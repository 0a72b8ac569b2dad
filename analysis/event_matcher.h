// Which events of a trace are looked for: the search that goes event by event (log_scan.h is the quick one for logs).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/beginnings.h"
#include "analysis/event_texts.h"
#include "analysis/query.h"
#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

using SearchKinds = std::bitset<kSearchKinds>;

struct EventMatcherOptions {
  SearchKinds kinds;
  std::optional<std::int64_t> min_duration;  // ns: only ends of what lasted that long, and what has not ended
  std::vector<std::string> stack;            // patterns: a frame's function or "file:line" must match one of them
  PatternStyle style;                        // of these; a part of the text is enough in any case
  bool invert = false;                       // what does not match the query's patterns
};

class EventMatcher {
 public:
  /// The matcher, or a sentence that says what is wrong with the options.
  static std::variant<EventMatcher, std::string> make(const EventMatcherOptions& options, Query query);

  /// Before the first event of each generation: stack ids mean other stacks from here on.
  void generation_begins() { stacks_.clear(); }

  /// Whether `event` is looked for, its time apart. To be asked for every event of a trace in order. `ended` is what it
  /// ended. Perhaps: a text or stack that would tell is lost.
  Match match(const Event& event, const Beginning* ended);

  /// Whether what begins with `event` is looked for, should it never end; how long it lasts apart.
  Match match_unended(const Event& event);
  bool long_enough(std::int64_t duration) const { return !min_duration_ || duration >= *min_duration_; }

  /// Whether the place matches at which something begins with the event: of a state, where its goroutine is. No where no
  /// stack is asked for.
  Match match_place(const Event& event);

  /// What never ends counts only where ends are asked for.
  bool wants_unended(SearchKind kind) const {
    return min_duration_ && lasts(kind) && kinds_[static_cast<std::size_t>(kind)];
  }
  /// What of these has to be followed, so that each match can be told with its duration.
  Beginnings::Wanted beginnings() const;

  const Query& query() const { return query_; }
  bool inverted() const { return invert_; }

 private:
  explicit EventMatcher(Query query) : query_(std::move(query)) {}
  Match match_texts(const EventTexts& texts) const;
  TextAnswer answer(std::string_view text, std::uint64_t lost) const;
  Match match_stacks(const Event& event);
  Match match_stack(const Stack& stack);
  Match look_at(const Stack& stack) const;

  Query query_;
  SearchKinds kinds_;
  std::optional<std::int64_t> min_duration_;
  Patterns stack_;
  bool invert_ = false;
  TextsOfEvents texts_;
  IdHashMap<std::uint64_t, Match> stacks_;  // of this generation, that were looked at
};

}  // namespace tracecheck

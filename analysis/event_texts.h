// The texts of events, as patterns and people see them: two for each, the category and the message. Events other than
// logs have none of their own of these names; docs/search.md says which of their texts stand for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/beginnings.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// What grep's --kind names.
enum class SearchKind : std::uint8_t { Log, Task, Region, Transition, Range, Metric, Label };
inline constexpr std::size_t kSearchKinds = 7;
std::string_view search_kind_name(SearchKind kind);
/// None for events that are not searched for, as Sync, samples, and the transitions of procs.
std::optional<SearchKind> search_kind(const Event& event);
/// Whether something of that kind lasts, and so has a duration.
bool lasts(SearchKind kind);

/// The goroutine that an event is about: to which it is done, else that on which it happens; kNone for none.
GoroutineId goroutine_of(const Event& event);

struct EventTexts {
  std::string_view category;
  std::string_view message;
  std::uint64_t lost_category = 0;  // the ids of texts that are lost, or of a lost part of one
  std::uint64_t lost_message = 0;
};

class TextsOfEvents {
 public:
  /// `ended` is what the event ended, null for nothing. Valid until the next call, and not longer than the event.
  EventTexts of(const Event& event, const Beginning* ended);
  /// Of what begins with the event and does not end: of a goroutine's state, that state.
  EventTexts of_unended(const Event& event);

 private:
  EventTexts of_transition(const Event& event, const StateTransition& transition, const Beginning* ended);
  EventTexts of_range(const Event& event, const Range& range);

  std::string category_;
  std::string message_;
};

}  // namespace tracecheck

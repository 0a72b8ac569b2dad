#include "analysis/event_matcher.h"

#include <algorithm>
#include <utility>

namespace tracecheck {

std::variant<EventMatcher, std::string> EventMatcher::make(const EventMatcherOptions& options, Query query) {
  EventMatcher matcher(std::move(query));
  matcher.kinds_ = options.kinds;
  matcher.min_duration_ = options.min_duration;
  matcher.invert_ = options.invert;
  PatternStyle style = options.style;
  style.whole = false;
  for (const std::string& pattern : options.stack) {
    if (auto problem = matcher.stack_.add(pattern, style)) return *problem;
  }
  return matcher;
}

Beginnings::Wanted EventMatcher::beginnings() const {
  const auto has = [this](SearchKind kind) { return kinds_[static_cast<std::size_t>(kind)]; };
  return {has(SearchKind::Task), has(SearchKind::Region), has(SearchKind::Range), has(SearchKind::Transition)};
}

Match EventMatcher::match(const Event& event, const Beginning* ended) {
  const bool in_scope = query_.in_scope(event);  // which learns from every event
  const auto kind = search_kind(event);
  if (!in_scope || !kind || !kinds_[static_cast<std::size_t>(*kind)]) return Match::No;
  if (min_duration_ && (ended == nullptr || !long_enough(ended->lasted(event.time)))) return Match::No;
  const Match texts = match_texts(texts_.of(event, ended));
  if (texts == Match::No || stack_.empty()) return texts;
  const Match at_begin = ended == nullptr ? Match::No : ended->note.stack_matches;
  return std::min(texts, std::max(at_begin, match_stacks(event)));
}

Match EventMatcher::match_unended(const Event& event) {
  const auto kind = search_kind(event);
  if (!kind || !wants_unended(*kind) || !query_.in_scope(event)) return Match::No;
  const Match texts = match_texts(texts_.of_unended(event));
  return texts == Match::No || stack_.empty() ? texts : std::min(texts, match_stacks(event));
}

Match EventMatcher::match_texts(const EventTexts& texts) const {
  if (!query_.has_patterns()) return Match::Yes;
  const Match match =
      query_.match_texts(answer(texts.category, texts.lost_category), answer(texts.message, texts.lost_message));
  if (!invert_ || match == Match::Perhaps) return match;
  return match == Match::Yes ? Match::No : Match::Yes;
}

// Of a text that is lost in part, what is there may answer already.
TextAnswer EventMatcher::answer(std::string_view text, std::uint64_t lost) const {
  if (lost == 0) return query_.answer(text);
  TextAnswer answer = query_.answer_of_lost_text();
  if (!text.empty()) answer.surely |= query_.answer(text).surely;
  return answer;
}

Match EventMatcher::match_place(const Event& event) {
  const auto* transition = event.as<StateTransition>();
  return match_stack(transition == nullptr ? event.stack : transition->stack);
}

Match EventMatcher::match_stacks(const Event& event) { return std::max(match_place(event), match_stack(event.stack)); }

Match EventMatcher::match_stack(const Stack& stack) {
  if (stack_.empty() || !stack.present()) return Match::No;
  const auto known = stacks_.find(stack.id());
  if (known != stacks_.end()) return known->second;
  return stacks_[stack.id()] = look_at(stack);
}

Match EventMatcher::look_at(const Stack& stack) const {
  if (stack.lost()) return Match::Perhaps;
  Match match = Match::No;
  for (const Frame& frame : stack.frames()) {
    if (stack_.match(frame.function)) return Match::Yes;
    if (stack_.match(std::string(frame.file) + ":" + std::to_string(frame.line))) return Match::Yes;
    if (frame.lost_function != 0 || frame.lost_file != 0) match = Match::Perhaps;
  }
  return match;
}

}  // namespace tracecheck

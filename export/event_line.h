// Events that a search found, as text: a line each for people, an NDJSON line each for programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/beginnings.h"
#include "analysis/event_texts.h"
#include "analysis/query.h"
#include "export/shared_stacks.h"
#include "export/stack_cache.h"
#include "tracecheck/event.h"

namespace tracecheck {

struct EventLineStyle {
  bool json = false;
  bool wall = false;                 // clock time instead of seconds from the start; in JSON besides
  bool with_stack = false;           // frames on lines of their own, indented; JSON has them in any case
  const Query* highlight = nullptr;  // colours what this matches
};

/// Changes a line, as written below, into one of an event that was not looked for itself.
void make_context_line(std::string& line, bool json);

/// Writes the lines of one trace.
class EventLines {
 public:
  explicit EventLines(const EventLineStyle& style);

  /// `file` stands in the JSON objects, if it is not "".
  void begin_trace(std::string_view file) { file_ = file; }
  /// Before the first event of each generation. `start` is the trace's, on its clock.
  void begin_generation(Time start, const std::optional<ClockSnapshot>& snapshot);

  /// Appends "TIME gN [task N] CATEGORY: MESSAGE" of a log, of any other event "TIME gN [task N] KIND CATEGORY[: MESSAGE]
  /// [(DURATION)]", and the line's end; or the object that `export` gives. `ended` is what the event ended, null for
  /// nothing. A salvaged event has "~" before it, a text that is lost is "string#ID", what is not known "?".
  void append(std::string& out, const Event& event, const Beginning* ended = nullptr);

  /// Fills what a note holds of an event with which something begins, for `append_unended`; without text only its stack.
  void note(BeginningNote& note, const Event& event, bool with_text);
  void append_unended(std::string& out, const Unended& unended) const;

 private:
  void append_json(std::string& out, const Event& event, const Beginning* ended);
  void append_time(std::string& out, Time time) const;
  void append_head(std::string& out, const Event& event) const;
  void append_texts(std::string& out, const Event& event, const EventTexts& texts) const;
  void append_duration(std::string& out, const Beginning& beginning, Time end, bool unended) const;
  void append_stacks(std::string& out, const Event& event, const Beginning* ended) const;

  EventLineStyle style_;
  std::string_view file_;
  Time start_ = 0;
  std::optional<ClockSnapshot> snapshot_;
  TextsOfEvents texts_;
  StackCache stacks_;
  SharedStacks begin_stacks_;
};

}  // namespace tracecheck

#include "export/event_line.h"

#include <algorithm>

#include "export/escape.h"
#include "export/human.h"
#include "export/json_text.h"
#include "export/lost_text.h"
#include "export/ndjson.h"
#include "export/wall_time.h"
#include "format/clock.h"
#include "format/decimal.h"

namespace tracecheck {
namespace {

constexpr std::string_view kHighlight = "\x1b[1;31m";
constexpr std::string_view kNormal = "\x1b[0m";

using Find = std::string_view (Query::*)(std::string_view, std::size_t) const;

void append_text(std::string& out, std::string_view text, const Query* highlight, Find find) {
  std::size_t at = 0;
  while (highlight != nullptr && at < text.size()) {
    const std::string_view match = (highlight->*find)(text, at);
    if (match.empty()) break;
    const auto begin = static_cast<std::size_t>(match.data() - text.data());
    append_escaped(out, text.substr(at, begin - at));
    out += kHighlight;
    append_escaped(out, match);
    out += kNormal;
    at = begin + match.size();
  }
  append_escaped(out, text.substr(at));
}

void append_text_or_id(std::string& out, std::string_view text, std::uint64_t lost, const Query* highlight, Find find) {
  if (lost != 0) {
    out += text_or_id({}, lost);
  } else {
    append_text(out, text, highlight, find);
  }
}

void append_goroutine(std::string& out, GoroutineId goroutine, bool there_may_be_one) {
  out += 'g';
  if (goroutine != kNone) {
    append_decimal(out, goroutine);
  } else {
    out += there_may_be_one ? '?' : '-';
  }
}

void append_frames(std::string& out, const Stack& stack) {
  for (const Frame& frame : stack.frames()) {
    out += '\t' + escaped(text_or_id(frame.function, frame.lost_function)) + "\n\t\t" +
           escaped(text_or_id(frame.file, frame.lost_file)) + ':' + std::to_string(frame.line) + '\n';
  }
}

// Puts `text` before the end of the first of several lines.
void insert_in_first_line(std::string& lines, std::size_t from, std::string_view text) {
  lines.insert(std::min(lines.find('\n', from), lines.size()), text);
}

const Range* range_of(const Event& event) {
  if (const auto* begin = event.as<RangeBegin>()) return begin;
  if (const auto* active = event.as<RangeActive>()) return active;
  return event.as<RangeEnd>();
}

}  // namespace

void make_context_line(std::string& line, bool json) {
  if (json) {
    line.insert(1, "\"context\":true,");
  } else if (const std::size_t behind_time = line.find(' '); behind_time != std::string::npos) {
    line[behind_time] = '-';
  }
}

EventLines::EventLines(const EventLineStyle& style)
    : style_(style), begin_stacks_(style.json ? append_stack_json : append_frames) {}

void EventLines::begin_generation(Time start, const std::optional<ClockSnapshot>& snapshot) {
  start_ = start;
  snapshot_ = snapshot;
  stacks_.clear();
  begin_stacks_.clear();
}

void EventLines::append(std::string& out, const Event& event, const Beginning* ended) {
  if (style_.json) {
    append_json(out, event, ended);
    return;
  }
  if (event.salvaged) out += '~';
  append_time(out, event.time);
  append_head(out, event);
  append_texts(out, event, texts_.of(event, ended));
  if (ended != nullptr) append_duration(out, *ended, event.time, false);
  const auto* transition = event.as<StateTransition>();
  if (transition != nullptr && event.goroutine != kNone && event.goroutine != goroutine_of(event)) {
    append_decimal(out += " by g", event.goroutine);
  }
  out += '\n';
  if (style_.with_stack) append_stacks(out, event, ended);
}

void EventLines::append_time(std::string& out, Time time) const {
  if (!style_.wall) {
    append_seconds(out, elapsed(start_, time));
  } else {
    out += snapshot_ ? wall_time_at(*snapshot_, time) : "?";
  }
}

// What stands between the time and the texts.
void EventLines::append_head(std::string& out, const Event& event) const {
  const auto* log = event.as<Log>();
  append_goroutine(out += ' ', goroutine_of(event), event.salvaged || log != nullptr);
  const TaskId task = task_of(event);
  if (task != kBackgroundTask && task != kNoTask) append_decimal(out += " task ", task);
  if (log == nullptr) (out += ' ') += event_kind_name(event.kind());
}

void EventLines::append_texts(std::string& out, const Event& event, const EventTexts& texts) const {
  const Range* range = range_of(event);
  const bool is_log = event.as<Log>() != nullptr;
  if (is_log || !texts.category.empty() || texts.lost_category != 0) out += ' ';
  if (range != nullptr && texts.lost_category != 0) {
    out += range_name(*range, texts.lost_category);
  } else {
    append_text_or_id(out, texts.category, texts.lost_category, style_.highlight, &Query::find_in_category);
  }
  if (is_log || !texts.message.empty() || texts.lost_message != 0) {
    out += ": ";
    append_text_or_id(out, texts.message, texts.lost_message, style_.highlight, &Query::find_in_message);
  }
  if (const auto* metric = event.as<Metric>()) append_decimal(out += " = ", metric->value);
}

void EventLines::append_duration(std::string& out, const Beginning& beginning, Time end, bool unended) const {
  out += unended ? " (not ended, " : " (";
  if (beginning.at_least) out += "at least ";
  out += duration_text(beginning.lasted(end));
  if (!beginning.at_least) append_time(out += " since ", beginning.time);
  out += ')';
}

// Where the goroutine itself was, and who did it to it.
void EventLines::append_stacks(std::string& out, const Event& event, const Beginning* ended) const {
  const auto* transition = event.as<StateTransition>();
  const Stack& own = transition == nullptr ? event.stack : transition->stack;
  if (own.present()) {
    append_frames(out, own);
  } else if (ended != nullptr && ended->note.stack != nullptr) {
    out += *ended->note.stack;
  }
  if (transition == nullptr || event.stack == own || !event.stack.present()) return;
  append_goroutine(out += "\tby ", event.goroutine, event.salvaged);
  out += ":\n";
  append_frames(out, event.stack);
}

void EventLines::append_json(std::string& out, const Event& event, const Beginning* ended) {
  NdjsonOptions options;
  options.start = start_;
  options.with_wall = style_.wall;
  options.clock = snapshot_;
  options.stacks = &stacks_;
  {
    ShortText text(out);
    JsonObject object(text);
    if (!file_.empty()) object.text("file", file_);
    put_event(object, event, options);
    if (ended != nullptr) {
      object.number("begin", elapsed(start_, ended->time));
      object.number("duration", ended->lasted(event.time));
      if (ended->at_least) object.boolean("at_least", true);
      if (!ended->reason.empty()) object.text("begin_reason", ended->reason);
      if (ended->note.stack != nullptr) object.member("begin_stack").put(std::string_view(*ended->note.stack));
    }
  }
  out += '\n';
}

void EventLines::note(BeginningNote& note, const Event& event, bool with_text) {
  const auto* transition = event.as<StateTransition>();
  if (style_.json || style_.with_stack) {
    note.stack = begin_stacks_.text(transition == nullptr ? event.stack : transition->stack);
  }
  if (!with_text) return;
  if (style_.json) {
    append_json(note.text, event, nullptr);
    return;
  }
  append_head(note.text, event);
  append_texts(note.text, event, texts_.of_unended(event));
  note.text += '\n';
  if (style_.with_stack) append_stacks(note.text, event, nullptr);
}

void EventLines::append_unended(std::string& out, const Unended& unended) const {
  const Beginning& beginning = unended.beginning;
  if (style_.json) {
    ShortText text(out);
    text.put(std::string_view(beginning.note.text).substr(0, beginning.note.text.size() - 2));
    text.put(",\"begin\":");
    append_json_number(text, elapsed(start_, beginning.time));
    text.put(",\"duration\":");
    append_json_number(text, beginning.lasted(unended.until));
    if (beginning.at_least) text.put(",\"at_least\":true");
    text.put(",\"ended\":false");
    if (unended.salvaged) text.put(",\"end_salvaged\":true");
    text.put("}\n");
    return;
  }
  if (unended.salvaged) out += '~';
  append_time(out, unended.until);
  const std::size_t from = out.size();
  out += beginning.note.text;
  std::string more;
  append_duration(more, beginning, unended.until, true);
  insert_in_first_line(out, from, more);
}

}  // namespace tracecheck

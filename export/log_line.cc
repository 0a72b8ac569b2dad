#include "export/log_line.h"

#include "export/escape.h"
#include "export/human.h"
#include "export/wall_time.h"
#include "format/clock.h"

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
    out += escaped(text.substr(at, begin - at));
    out += kHighlight;
    out += escaped(match);
    out += kNormal;
    at = begin + match.size();
  }
  out += escaped(text.substr(at));
}

void append_time(std::string& out, const FoundLog& log, const LogTimes& times, bool wall) {
  if (log.salvaged) out += '~';
  if (!wall) {
    out += seconds_text(elapsed(times.start, log.event.time));
  } else {
    out += times.snapshot ? wall_time_at(*times.snapshot, log.event.time) : "?";
  }
}

void append_stack(std::string& out, const Stack& stack) {
  for (const Frame& frame : stack.frames()) {
    out += '\t' + escaped(frame.function) + "\n\t\t" + escaped(frame.file) + ':' + std::to_string(frame.line) + '\n';
  }
}

void put_text_or_id(JsonObject& object, JsonKey key, JsonKey id_key, std::string_view text,
                    const std::optional<std::uint64_t>& lost) {
  if (!lost) {
    object.text(key, text);
    return;
  }
  object.null(key);
  object.number(id_key, *lost);
}

// As put_event has it, but for the lost texts.
void put_lost_log(JsonObject& object, const FoundLog& log, const NdjsonOptions& options) {
  const Log& body = *log.event.as<Log>();
  object.text("kind", event_kind_name(EventKind::Log));
  object.number("time", elapsed(options.start, log.event.time));
  object.id("thread", log.event.thread);
  object.id("proc", log.event.proc);
  object.id("goroutine", log.event.goroutine);
  object.id("task", static_cast<std::int64_t>(body.task));
  put_text_or_id(object, "category", "category_id", body.category, log.lost_category);
  put_text_or_id(object, "message", "message_id", body.message, log.lost_message);
  append_stack_json(object.member("stack"), log.event.stack);
}

}  // namespace

void append_log_line(std::string& out, const FoundLog& log, const LogTimes& times, const LogLineStyle& style) {
  const auto& body = *log.event.as<Log>();
  append_time(out, log, times, style.wall);
  out += " g" + (log.event.goroutine == kNone ? "?" : std::to_string(log.event.goroutine));
  if (body.task != kBackgroundTask && body.task != kNoTask) out += " task " + std::to_string(body.task);
  out += ' ';
  if (log.lost_category) {
    out += "string#" + std::to_string(*log.lost_category);
  } else {
    append_text(out, body.category, style.highlight, &Query::find_in_category);
  }
  out += ": ";
  if (log.lost_message) {
    out += "string#" + std::to_string(*log.lost_message);
  } else {
    append_text(out, body.message, style.highlight, &Query::find_in_message);
  }
  out += '\n';
  if (style.with_stack) append_stack(out, log.event.stack);
}

void append_log_json(std::string& out, const FoundLog& log, const LogTimes& times, bool wall, std::string_view file,
                     StackCache& stacks) {
  NdjsonOptions options;
  options.start = times.start;
  options.stacks = &stacks;
  {
    JsonObject object(out);
    if (!file.empty()) object.text("file", file);
    if (log.lost_category || log.lost_message) {
      put_lost_log(object, log, options);
    } else {
      put_event(object, log.event, options);
    }
    if (log.salvaged) object.boolean("salvaged", true);
    if (wall && times.snapshot) object.text("wall", wall_time_at(*times.snapshot, log.event.time));
    if (wall && !times.snapshot) object.null("wall");
  }
  out += '\n';
}

}  // namespace tracecheck

#include "export/log_line.h"

#include "export/escape.h"
#include "export/human.h"
#include "export/lost_text.h"
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

void append_time(std::string& out, const FoundLog& log, const LogTimes& times, bool wall) {
  if (log.event.salvaged) out += '~';
  if (!wall) {
    append_seconds(out, elapsed(times.start, log.event.time));
  } else {
    out += times.snapshot ? wall_time_at(*times.snapshot, log.event.time) : "?";
  }
}

void append_stack(std::string& out, const Stack& stack) {
  for (const Frame& frame : stack.frames()) {
    out += '\t' + escaped(frame.function) + "\n\t\t" + escaped(frame.file) + ':' + std::to_string(frame.line) + '\n';
  }
}

}  // namespace

void append_log_line(std::string& out, const FoundLog& log, const LogTimes& times, const LogLineStyle& style) {
  const auto& body = *log.event.as<Log>();
  append_time(out, log, times, style.wall);
  out += " g";
  if (log.event.goroutine == kNone) {
    out += '?';
  } else {
    append_decimal(out, log.event.goroutine);
  }
  if (body.task != kBackgroundTask && body.task != kNoTask) append_decimal(out += " task ", body.task);
  out += ' ';
  append_text_or_id(out, body.category, log.event.lost_text[0], style.highlight, &Query::find_in_category);
  out += ": ";
  append_text_or_id(out, body.message, log.event.lost_text[1], style.highlight, &Query::find_in_message);
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
    put_event(object, log.event, options);
    if (wall && times.snapshot) object.text("wall", wall_time_at(*times.snapshot, log.event.time));
    if (wall && !times.snapshot) object.null("wall");
  }
  out += '\n';
}

}  // namespace tracecheck

#include "export/chrome.h"

#include <algorithm>
#include <variant>

#include "export/lost_text.h"
#include "export/wall_time.h"

namespace tracecheck {
namespace {

// Within a mark, objects stand apart by this, which JSON text has in no string.
constexpr char kNextObject = '\n';

// An array of lines: function, file, line number.
void append_stack_lines(std::string& out, const Stack& stack) {
  ShortText text(out);
  JsonArray lines(text);
  for (const Frame& frame : stack.frames()) {
    append_json_text(lines.element(), frame_text(frame));
  }
}

std::uint64_t process_of(TrackKind kind, std::size_t segment) { return segment * 16 + group_of(kind).rank; }

// The kinds that share a process with others have one track each.
std::uint64_t thread_of(const Track& track) {
  switch (track.kind) {
    case TrackKind::Counter: return 0;
    case TrackKind::Gc: return 1;
    case TrackKind::StopTheWorld: return 2;
    default: return track.id;
  }
}

void put_text(JsonObject& object, const JsonKey& key, std::string_view text) {
  append_json_text(object.member(key), text);
}

void put_place(JsonObject& object, const Track& track, std::size_t segment) {
  object.number("pid", process_of(track.kind, segment));
  object.number("tid", thread_of(track));
}

void put_metadata(std::string& out, const JsonKey& key, std::uint64_t process, std::string_view name,
                  const std::variant<std::uint64_t, std::string_view>& value, std::uint64_t thread = 0) {
  ShortText line(out);
  JsonObject object(line);
  object.word("ph", "M");
  object.number("pid", process);
  object.number("tid", thread);
  object.word("name", name);
  JsonObject arguments(object.member("args"));
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    put_text(arguments, key, *text);
  } else {
    arguments.number(key, std::get<std::uint64_t>(value));
  }
}

void append_microseconds(std::string& out, Time time) {
  const std::string fraction = std::to_string(1000 + time % 1000);
  out += std::to_string(time / 1000);
  out += '.';
  out.append(fraction, 1);
}

}  // namespace

ChromeEncoder::ChromeEncoder() : stacks_(append_stack_lines) {}

void ChromeEncoder::put_arguments(JsonObject& object, const MarkContent& content) {
  ShortText& out = object.member("args");
  out.put('{');
  std::string_view separator;
  for (const Argument& argument : content.arguments) {
    out.put(separator);
    separator = ",";
    append_json_text(out, argument.name);
    out.put(':');
    if (const auto* text = std::get_if<std::string_view>(&argument.value)) {
      append_json_text(out, *text);
    } else {
      append_json_number(out, std::get<std::uint64_t>(argument.value));
    }
  }
  if (content.stack.present() && !content.stack.lost()) {
    out.put(separator);
    out.put("\"stack\":");
    stacks_.append(out.flush(), content.stack);
  }
  out.put('}');
}

void ChromeEncoder::begin_document(std::string& out) { out += "{\"displayTimeUnit\":\"ns\",\"traceEvents\":["; }

void ChromeEncoder::end_document(std::string& out, std::span<const ViewedTrace> traces) {
  out += "\n],\"otherData\":";
  {
    ShortText text(out);
    JsonObject object(text);
    if (wall_start_) put_text(object, "start", utc_wall_time(0, static_cast<std::uint64_t>(*wall_start_)));
    if (traces.size() == 1 && traces[0].title.empty()) {
      object.word("verdict", traces[0].verdict);
    } else {
      JsonArray list(object.member("traces"));
      for (const ViewedTrace& trace : traces) {
        JsonObject one(list.element());
        put_text(one, "trace", trace.title);
        one.word("verdict", trace.verdict);
      }
    }
  }
  out += "}\n";
}

void ChromeEncoder::begin_segment(std::string& out, std::size_t number, const std::string& title) {
  segment_ = number;
  for (const TrackKind kind : kGroups) {
    const std::uint64_t process = process_of(kind, segment_);
    std::string mark;
    std::string name(group_of(kind).name);
    if (!title.empty()) name += " (" + title + ")";
    put_metadata(mark, "name", process, "process_name", std::string_view(name));
    mark += kNextObject;
    put_metadata(mark, "sort_index", process, "process_sort_index", process);
    put(out, 0, mark);
  }
}

void ChromeEncoder::describe(std::string& out, const Track& track, std::string_view name) {
  // Tasks and counters are named by their events.
  if (track.kind == TrackKind::Task || track.kind == TrackKind::Counter) return;
  put_metadata(out, "name", process_of(track.kind, segment_), "thread_name", name, thread_of(track));
}

void ChromeEncoder::put_task_id(JsonObject& object, const Track& track) {
  JsonObject id(object.member("id2"));
  id.decimal("local", track.id);
}

void ChromeEncoder::begin(std::string& out, const Track& track, const MarkContent& content) {
  put_mark(out, track.kind == TrackKind::Task ? "b" : "B", track, content);
  if (content.flow_end != FlowEnd::None) put_flow(out, track, content);
}

void ChromeEncoder::end(std::string& out, const Track& track, std::string_view name) {
  ShortText text(out);
  JsonObject object(text);
  object.word("ph", track.kind == TrackKind::Task ? "e" : "E");
  put_place(object, track, segment_);
  if (track.kind != TrackKind::Task) return;
  object.word("cat", "task");
  put_text(object, "name", name);
  put_task_id(object, track);
}

void ChromeEncoder::instant(std::string& out, const Track& track, const MarkContent& content) {
  // Arrows stand on slices only.
  const bool flows = content.flow_end != FlowEnd::None;
  put_mark(out, flows ? "X" : "i", track, content);
  if (flows) put_flow(out, track, content);
}

void ChromeEncoder::put_mark(std::string& out, std::string_view phase, const Track& track, const MarkContent& content) {
  ShortText text(out);
  JsonObject object(text);
  object.word("ph", phase);
  put_place(object, track, segment_);
  put_text(object, "cat", content.category);
  put_text(object, "name", content.name);
  if (phase == "X") object.number("dur", std::uint64_t{0});
  if (phase == "i") object.word("s", "t");
  if (track.kind == TrackKind::Task) put_task_id(object, track);
  put_arguments(object, content);
}

void ChromeEncoder::put_flow(std::string& out, const Track& track, const MarkContent& content) {
  out += kNextObject;
  ShortText text(out);
  JsonObject object(text);
  object.word("ph", content.flow_end == FlowEnd::From ? "s" : "f");
  if (content.flow_end == FlowEnd::To) object.word("bp", "e");
  put_place(object, track, segment_);
  object.word("cat", "wakeup");
  object.word("name", "wakeup");
  object.number("id", content.flow);
}

void ChromeEncoder::count(std::string& out, CounterId counter, std::uint64_t value) {
  ShortText text(out);
  JsonObject object(text);
  object.word("ph", "C");
  put_place(object, {TrackKind::Counter, 0}, segment_);
  object.word("name", counter_name(counter));
  JsonObject arguments(object.member("args"));
  arguments.number("value", value);
}

void ChromeEncoder::put(std::string& out, Time time, std::string_view mark) {
  while (!mark.empty()) {
    const std::string_view object = mark.substr(0, mark.find(kNextObject));
    mark.remove_prefix(std::min(object.size() + 1, mark.size()));
    out += empty_ ? "\n{\"ts\":" : ",\n{\"ts\":";
    empty_ = false;
    append_microseconds(out, time);
    out += ',';
    out += object.substr(1);
  }
}

}  // namespace tracecheck

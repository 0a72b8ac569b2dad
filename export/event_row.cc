#include "export/event_row.h"

#include <algorithm>
#include <variant>

#include "export/lost_text.h"
#include "export/wall_time.h"
#include "format/clock.h"
#include "format/utf8.h"

namespace tracecheck {
namespace {

struct BodyCells {
  EventRow& row;
  const std::array<std::uint64_t, 2>& lost_text;
  bool with_stacks;
  std::string& scratch;

  Cell& at(Column column) const { return row[static_cast<std::size_t>(column)]; }
  void id(Column column, std::int64_t id) const {
    if (id != kNone) at(column) = static_cast<std::uint64_t>(id);
  }
  // Task ids are unsigned; as an id, kNoTask is none.
  void task(Column column, TaskId task) const { id(column, static_cast<std::int64_t>(task)); }
  // The body's first text, or its second.
  void text(Column column, std::string_view text, std::size_t which = 0) const {
    if (lost_text[which] == 0) at(column) = CellText{text};
  }
  void stack(Column column, Column lost, const Stack& stack) const {
    if (!with_stacks || !stack.present()) return;
    if (stack.lost()) {
      at(lost) = stack.id();
    } else {
      at(column) = stack;
    }
  }
  void resource(const Resource& resource) const {
    if (resource.kind == ResourceKind::None) return;
    at(Column::ResourceKind) = CellWord{resource.kind == ResourceKind::Goroutine ? "Goroutine" : "Proc"};
    id(Column::Resource, resource.id);
  }

  void operator()(const Sync& sync) const {
    at(Column::Value) = sync.n;
    if (!sync.clock_snapshot) return;
    scratch = utc_wall_time(sync.clock_snapshot->wall_seconds, sync.clock_snapshot->wall_nanoseconds);
    at(Column::Wall) = CellWord{scratch};
  }
  void operator()(const Metric& metric) const {
    at(Column::Name) = CellWord{metric.name};
    at(Column::Value) = metric.value;
  }
  void operator()(const Label& label) const {
    text(Column::Label, label.label);
    resource(label.resource);
  }
  void operator()(const StackSample&) const {}
  void operator()(const Range& range) const {
    scratch = range_name(range, lost_text[0]);
    at(Column::Name) = CellText{scratch};
    resource(range.resource);
  }
  void operator()(const RangeEnd& range) const {
    (*this)(static_cast<const Range&>(range));
    if (!range.has_attributes) return;
    at(Column::BytesSwept) = range.bytes_swept;
    at(Column::BytesReclaimed) = range.bytes_reclaimed;
  }
  void operator()(const Task& body) const {
    task(Column::Task, body.id);
    task(Column::Parent, body.parent);
    text(Column::Type, body.type);
  }
  void operator()(const Region& region) const {
    task(Column::Task, region.task);
    text(Column::Type, region.type);
  }
  void operator()(const Log& log) const {
    task(Column::Task, log.task);
    text(Column::Category, log.category);
    text(Column::Message, log.message, 1);
  }
  void operator()(const StateTransition& transition) const {
    resource(transition.resource);
    at(Column::FromState) = CellWord{state_name(transition.from)};
    at(Column::ToState) = CellWord{state_name(transition.to)};
    if (!transition.reason.empty()) text(Column::Reason, transition.reason);
    stack(Column::ResourceStack, Column::LostResourceStack, transition.stack);
  }
  void operator()(const Experimental& event) const {
    at(Column::Experiment) = CellWord{event.experiment};
    at(Column::Name) = CellWord{event.name};
    scratch.clear();
    for (std::size_t i = 0; i < event.argument_count; ++i) {
      if (i != 0) scratch += ' ';
      scratch += event.arguments[i].name;
      scratch += '=';
      scratch += std::to_string(event.arguments[i].value);
    }
    at(Column::Arguments) = CellWord{scratch};
  }
};

bool is_ascii(unsigned char c) { return c > 0 && c < 0x80; }

}  // namespace

void EventRows::begin_segment(const Event& first) {
  ++segment_;
  start_ = first.time;
}

const EventRow& EventRows::row(const Event& event) {
  row_.fill({});
  const BodyCells cells{row_, event.lost_text, members_.stacks, text_};
  cells.at(Column::Segment) = segment_;
  cells.at(Column::EventTime) = elapsed(start_, event.time);
  cells.at(Column::Kind) = CellWord{event_kind_name(event.kind())};
  cells.id(Column::Thread, event.thread);
  cells.id(Column::Proc, event.proc);
  cells.id(Column::Goroutine, event.goroutine);
  std::visit(cells, event.body);
  if (members_.wall) {
    wall_ = clock_ ? wall_time_at(*clock_, event.time) : "";
    cells.at(Column::Wall) = CellWord{wall_};
  }
  cells.stack(Column::Stack, Column::LostStack, event.stack);
  if (event.lost_text[0] != 0) cells.at(Column::LostText) = event.lost_text[0];
  if (event.lost_text[1] != 0) cells.at(Column::LostMessage) = event.lost_text[1];
  cells.at(Column::Salvaged) = std::uint64_t{event.salvaged};
  cells.at(Column::Replayed) = std::uint64_t{event.replayed};
  return row_;
}

void append_table_text(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto ascii = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_ascii) - text.begin());
    out += text.substr(0, ascii);
    text.remove_prefix(ascii);
    if (text.empty()) return;
    const DecodedRune rune = decode_rune(text);
    append_rune(out, rune.valid && rune.rune != U'\0' ? rune.rune : kReplacement);
    text.remove_prefix(rune.size);
  }
}

std::string table_text(std::string_view text) {
  std::string result;
  append_table_text(result, text);
  return result;
}

void append_stack_line(std::string& out, std::span<const Frame> frames) {
  std::string_view separator;
  for (const Frame& frame : frames) {
    out += separator;
    out += text_or_id(frame.function, frame.lost_function);
    out += " (";
    out += text_or_id(frame.file, frame.lost_file);
    out += ':';
    out += std::to_string(frame.line);
    out += ')';
    separator = " < ";
  }
}

}  // namespace tracecheck

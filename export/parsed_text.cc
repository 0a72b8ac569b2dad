#include "export/parsed_text.h"

#include <array>
#include <charconv>
#include <string_view>

#include "export/lost_text.h"
#include "export/short_text.h"
#include "export/wall_time.h"
#include "format/decimal.h"
#include "format/quote.h"

namespace tracecheck {
namespace {

void hexadecimal(std::string& out, std::uint64_t value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, 16).ptr;
  out.append(buffer, end);
}

template <std::size_t Size, typename Integer>
void field(ShortText& out, const char (&name)[Size], Integer value) {
  out.put(name);
  out.decimal(value);
}

template <std::size_t Size>
void quoted_field(ShortText& out, const char (&name)[Size], std::string_view value) {
  out.put(name);
  if (plain_prefix(value) == value.size()) {
    out.put_quoted(value);
  } else {
    append_quoted(out.flush(), value);
  }
}

// Values are printed with their Go type.
template <std::size_t Size>
void value_field(ShortText& out, const char (&name)[Size], std::uint64_t value) {
  out.put(name);
  field(out, "Value{Uint64(", value);
  out.put(")}");
}

void resource(ShortText& out, const Resource& r) {
  switch (r.kind) {
    case ResourceKind::None: out.put("None"); return;
    case ResourceKind::Goroutine: out.put("Goroutine("); break;
    case ResourceKind::Proc: out.put("Proc("); break;
  }
  out.decimal(r.id);
  out.put(')');
}

}  // namespace

void append_stack_text(std::string& out, const Stack& stack) {
  if (stack.lost()) out += "\tstack#" + std::to_string(stack.id()) + '\n';
  for (const Frame& frame : stack.frames()) {
    out += '\t';
    out += text_or_id(frame.function, frame.lost_function);
    out += " @ 0x";
    hexadecimal(out, frame.pc);
    out += "\n\t\t";
    out += text_or_id(frame.file, frame.lost_file);
    out += ':';
    append_decimal(out, frame.line);
    if (frame.borrowed) out += " (borrowed)";
    out += '\n';
  }
}

namespace {

void range(ShortText& out, const Range& r, std::uint64_t lost) {
  quoted_field(out, " Name=", range_name(r, lost));
  out.put(" Scope=");
  resource(out, r.resource);
}

// Task ids are unsigned, all others signed.
struct BodyPrinter {
  ShortText& out;
  const std::array<std::uint64_t, 2>& lost_text;
  StackCache& stacks;

  // The body's first text, or its second.
  template <std::size_t Size>
  void text(const char (&name)[Size], std::string_view value, std::size_t which = 0) const {
    if (lost_text[which] == 0) {
      quoted_field(out, name, value);
    } else {
      out.put(name);
      out.put(text_or_id({}, lost_text[which]));
    }
  }

  void operator()(const Sync& s) const {
    field(out, " N=", s.n);
    if (!s.clock_snapshot) return;
    field(out, " Trace=", s.clock_snapshot->trace);
    field(out, " Mono=", s.clock_snapshot->monotonic);
    out.put(" Wall=");
    out.put(local_wall_time(s.clock_snapshot->wall_seconds, s.clock_snapshot->wall_nanoseconds));
  }
  void operator()(const Metric& m) const {
    quoted_field(out, " Name=", m.name);
    value_field(out, " Value=", m.value);
  }
  void operator()(const Label& l) const {
    text(" Label=", l.label);
    out.put(" Resource=");
    resource(out, l.resource);
  }
  void operator()(const StackSample&) const {}
  void operator()(const RangeBegin& r) const { range(out, r, lost_text[0]); }
  void operator()(const RangeActive& r) const { range(out, r, lost_text[0]); }
  void operator()(const RangeEnd& r) const {
    range(out, r, lost_text[0]);
    out.put(" Attributes=[");
    if (r.has_attributes) {
      value_field(out, "\"bytes swept\"=", r.bytes_swept);
      value_field(out, " \"bytes reclaimed\"=", r.bytes_reclaimed);
    }
    out.put(']');
  }
  void operator()(const TaskBegin& t) const { task(t); }
  void operator()(const TaskEnd& t) const { task(t); }
  void task(const Task& t) const {
    field(out, " ID=", t.id);
    field(out, " Parent=", t.parent);
    text(" Type=", t.type);
  }
  void operator()(const RegionBegin& r) const { region(r); }
  void operator()(const RegionEnd& r) const { region(r); }
  void region(const Region& r) const {
    field(out, " Task=", r.task);
    text(" Type=", r.type);
  }
  void operator()(const Log& l) const {
    field(out, " Task=", l.task);
    text(" Category=", l.category);
    text(" Message=", l.message, 1);
  }
  void operator()(const StateTransition& t) const {
    if (t.resource.kind == ResourceKind::Proc) {
      field(out, " ProcID=", t.resource.id);
    } else {
      field(out, " GoID=", t.resource.id);
    }
    out.put(' ');
    out.put(state_name(t.from));
    out.put("->");
    out.put(state_name(t.to));
    text(" Reason=", t.reason);
    // The Go tool prints the heading for every goroutine that is created, whether it has a stack or not.
    const bool created = t.from == State::NotExist && (t.to == State::Runnable || t.to == State::Waiting);
    if (!t.stack.present() && !(created && t.resource.kind == ResourceKind::Goroutine)) return;
    out.put("\nTransitionStack=\n");
    stacks.append(out.flush(), t.stack);
  }
  void operator()(const Experimental& e) const {
    out.put(" Name=");
    out.put(e.name);
    out.put(" Args=[");
    for (std::size_t i = 0; i < e.argument_count; ++i) {
      if (i > 0) out.put(", ");
      out.put(e.arguments[i].name);
      value_field(out, "=", e.arguments[i].value);
    }
    out.put(']');
  }
};

}  // namespace

void ParsedText::append(std::string& text, const Event& event) {
  ShortText out(text);
  if (event.kind() == EventKind::Sync) stacks_.clear();
  if (event.salvaged) out.put('~');
  if (event.salvaged && !event.replayed) out.put('?');
  field(out, "M=", event.thread);
  field(out, " P=", event.proc);
  field(out, " G=", event.goroutine);
  out.put(' ');
  out.put(event_kind_name(event.kind()));
  field(out, " Time=", event.time);
  std::visit(BodyPrinter{out, event.lost_text, stacks_}, event.body);
  // As for created goroutines, so for samples: the heading stands without a stack too.
  if (event.stack.present() || event.kind() == EventKind::StackSample) {
    out.put("\nStack=\n");
    stacks_.append(out.flush(), event.stack);
  }
  out.put('\n');
}

EventWriter parsed_text_writer() {
  return [text = ParsedText()](std::string& out, const Event& event) mutable { text.append(out, event); };
}

}  // namespace tracecheck

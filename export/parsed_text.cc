#include "export/parsed_text.h"

#include <array>
#include <charconv>

#include "export/lost_text.h"
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

template <typename Integer>
void field(std::string& out, std::string_view name, Integer value) {
  out += name;
  append_decimal(out, value);
}

void quoted_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  append_quoted(out, value);
}

// Values are printed with their Go type.
void value_field(std::string& out, std::string_view name, std::uint64_t value) {
  out += name;
  out += "Value{Uint64(";
  append_decimal(out, value);
  out += ")}";
}

void resource(std::string& out, const Resource& r) {
  switch (r.kind) {
    case ResourceKind::None: out += "None"; return;
    case ResourceKind::Goroutine: out += "Goroutine("; break;
    case ResourceKind::Proc: out += "Proc("; break;
  }
  append_decimal(out, r.id);
  out += ')';
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

void range(std::string& out, const Range& r, std::uint64_t lost) {
  quoted_field(out, " Name=", range_name(r, lost));
  out += " Scope=";
  resource(out, r.resource);
}

// Task ids are unsigned, all others signed.
struct BodyPrinter {
  std::string& out;
  const std::array<std::uint64_t, 2>& lost_text;
  StackCache& stacks;

  // The body's first text, or its second.
  void text(std::string_view name, std::string_view value, std::size_t which = 0) const {
    if (lost_text[which] == 0) {
      quoted_field(out, name, value);
    } else {
      out += name;
      out += text_or_id({}, lost_text[which]);
    }
  }

  void operator()(const Sync& s) const {
    field(out, " N=", s.n);
    if (!s.clock_snapshot) return;
    field(out, " Trace=", s.clock_snapshot->trace);
    field(out, " Mono=", s.clock_snapshot->monotonic);
    out += " Wall=";
    out += local_wall_time(s.clock_snapshot->wall_seconds, s.clock_snapshot->wall_nanoseconds);
  }
  void operator()(const Metric& m) const {
    quoted_field(out, " Name=", m.name);
    value_field(out, " Value=", m.value);
  }
  void operator()(const Label& l) const {
    text(" Label=", l.label);
    out += " Resource=";
    resource(out, l.resource);
  }
  void operator()(const StackSample&) const {}
  void operator()(const RangeBegin& r) const { range(out, r, lost_text[0]); }
  void operator()(const RangeActive& r) const { range(out, r, lost_text[0]); }
  void operator()(const RangeEnd& r) const {
    range(out, r, lost_text[0]);
    out += " Attributes=[";
    if (r.has_attributes) {
      value_field(out, "\"bytes swept\"=", r.bytes_swept);
      value_field(out, " \"bytes reclaimed\"=", r.bytes_reclaimed);
    }
    out += ']';
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
    field(out, t.resource.kind == ResourceKind::Proc ? " ProcID=" : " GoID=", t.resource.id);
    out += ' ';
    out += state_name(t.from);
    out += "->";
    out += state_name(t.to);
    text(" Reason=", t.reason);
    // The Go tool prints the heading for every goroutine that is created, whether it has a stack or not.
    const bool created = t.from == State::NotExist && (t.to == State::Runnable || t.to == State::Waiting);
    if (!t.stack.present() && !(created && t.resource.kind == ResourceKind::Goroutine)) return;
    out += "\nTransitionStack=\n";
    stacks.append(out, t.stack);
  }
  void operator()(const Experimental& e) const {
    out += " Name=";
    out += e.name;
    out += " Args=[";
    for (std::size_t i = 0; i < e.argument_count; ++i) {
      if (i > 0) out += ", ";
      out += e.arguments[i].name;
      value_field(out, "=", e.arguments[i].value);
    }
    out += ']';
  }
};

}  // namespace

void ParsedText::append(std::string& out, const Event& event) {
  if (event.kind() == EventKind::Sync) stacks_.clear();
  if (event.salvaged) out += event.replayed ? "~" : "~?";
  field(out, "M=", event.thread);
  field(out, " P=", event.proc);
  field(out, " G=", event.goroutine);
  out += ' ';
  out += event_kind_name(event.kind());
  field(out, " Time=", event.time);
  std::visit(BodyPrinter{out, event.lost_text, stacks_}, event.body);
  // As for created goroutines, so for samples: the heading stands without a stack too.
  if (event.stack.present() || event.kind() == EventKind::StackSample) {
    out += "\nStack=\n";
    stacks_.append(out, event.stack);
  }
  out += '\n';
}

}  // namespace tracecheck

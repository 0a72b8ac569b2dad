#include "export/ndjson.h"

#include <array>

#include "export/json_value.h"
#include "export/lost_text.h"
#include "export/verdict_json.h"
#include "export/wall_time.h"
#include "format/clock.h"

namespace tracecheck {
namespace {

std::string_view resource_name(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::None: return "None";
    case ResourceKind::Goroutine: return "Goroutine";
    case ResourceKind::Proc: return "Proc";
  }
  return {};
}

void append_resource(ShortText& out, const Resource& resource) {
  JsonObject object(out);
  object.word("kind", resource_name(resource.kind));
  object.id("id", resource.kind == ResourceKind::None ? kNone : resource.id);
}

void append_value(ShortText& out, std::string_view name, std::uint64_t value) {
  JsonObject object(out);
  object.text("name", name);
  object.decimal("value", value);
}

void append_snapshot(ShortText& out, const std::optional<ClockSnapshot>& snapshot) {
  if (!snapshot) {
    out.put("null");
    return;
  }
  JsonObject object(out);
  object.decimal("trace", snapshot->trace);
  object.text("wall", utc_wall_time(snapshot->wall_seconds, snapshot->wall_nanoseconds));
  object.decimal("mono", snapshot->monotonic);
}

void append_experimental_batch(ShortText& out, const ExperimentalBatch& batch) {
  JsonObject object(out);
  object.text("experiment", batch.experiment == 1 ? "AllocFree" : "experiment " + std::to_string(batch.experiment));
  object.id("thread", batch.thread);
  object.base64("data_base64", {reinterpret_cast<const char*>(batch.data.data()), batch.data.size()});
}

struct BodyWriter {
  JsonObject& object;
  const NdjsonOptions& options;
  const std::array<std::uint64_t, 2>& lost_text;

  void stack(const JsonKey& key, const JsonKey& id_key, const Stack& stack) const {
    if (!options.with_stacks) return;
    if (!stack.present()) {
      object.null(key);
      return;
    }
    std::string& out = object.member(key).flush();
    if (options.stacks == nullptr) append_stack_json(out, stack);
    const bool there = options.stacks == nullptr ? !stack.lost() : options.stacks->append(out, stack);
    if (!there) object.number(id_key, stack.id());
  }
  // The body's first text, or its second.
  void text(const JsonKey& key, const JsonKey& id_key, std::string_view text, std::size_t which = 0) const {
    if (lost_text[which] == 0) {
      object.text(key, text);
      return;
    }
    object.null(key);
    object.number(id_key, lost_text[which]);
  }
  // Task ids are unsigned; as an id, kNoTask is none.
  void task(const JsonKey& key, TaskId id) const { object.id(key, static_cast<std::int64_t>(id)); }

  void operator()(const Sync& sync) const {
    object.number("n", sync.n);
    append_snapshot(object.member("clock_snapshot"), sync.clock_snapshot);
    JsonArray batches(object.member("experimental_batches"));
    for (const ExperimentalBatch& batch : sync.experimental_batches)
      append_experimental_batch(batches.element(), batch);
  }
  void operator()(const Metric& metric) const {
    object.text("name", metric.name);
    object.decimal("value", metric.value);
  }
  void operator()(const Label& label) const {
    text("label", "label_id", label.label);
    append_resource(object.member("resource"), label.resource);
  }
  void operator()(const StackSample&) const {}
  void operator()(const Range& range) const {
    object.text("name", range_name(range, lost_text[0]));
    if (lost_text[0] != 0) object.number("stop_kind_id", lost_text[0]);
    append_resource(object.member("resource"), range.resource);
  }
  void operator()(const RangeEnd& range) const {
    (*this)(static_cast<const Range&>(range));
    JsonArray attributes(object.member("attributes"));
    if (!range.has_attributes) return;
    append_value(attributes.element(), "bytes swept", range.bytes_swept);
    append_value(attributes.element(), "bytes reclaimed", range.bytes_reclaimed);
  }
  void operator()(const Task& body) const {
    task("id", body.id);
    task("parent", body.parent);
    text("type", "type_id", body.type);
  }
  void operator()(const Region& region) const {
    task("task", region.task);
    text("type", "type_id", region.type);
  }
  void operator()(const Log& log) const {
    task("task", log.task);
    text("category", "category_id", log.category);
    text("message", "message_id", log.message, 1);
  }
  void operator()(const StateTransition& transition) const {
    append_resource(object.member("resource"), transition.resource);
    object.word("from", state_name(transition.from));
    object.word("to", state_name(transition.to));
    text("reason", "reason_id", transition.reason);
    stack("resource_stack", "resource_stack_id", transition.stack);
  }
  void operator()(const Experimental& event) const {
    object.text("experiment", event.experiment);
    object.text("name", event.name);
    JsonArray arguments(object.member("arguments"));
    for (std::size_t i = 0; i < event.argument_count; ++i) {
      append_value(arguments.element(), event.arguments[i].name, event.arguments[i].value);
    }
  }
};

}  // namespace

void put_event(JsonObject& object, const Event& event, const NdjsonOptions& options) {
  const BodyWriter writer{object, options, event.lost_text};
  object.word("kind", event_kind_name(event.kind()));
  if (options.trace != nullptr) object.text("trace", *options.trace);
  object.number("time", elapsed(options.start, event.time));
  if (options.with_wall && options.clock) object.text("wall", wall_time_at(*options.clock, event.time));
  if (options.with_wall && !options.clock) object.null("wall");
  object.id("thread", event.thread);
  object.id("proc", event.proc);
  object.id("goroutine", event.goroutine);
  std::visit(writer, event.body);
  writer.stack("stack", "stack_id", event.stack);
  if (event.salvaged) object.boolean("salvaged", true);
  if (!event.replayed) object.boolean("replayed", false);
}

void append_event_json(std::string& out, const Event& event, const NdjsonOptions& options) {
  ShortText text(out);
  JsonObject object(text);
  put_event(object, event, options);
}

void append_ndjson(std::string& out, const Event& event, const NdjsonOptions& options) {
  append_event_json(out, event, options);
  out += '\n';
}

void append_trace_json(std::string& out, GoVersion version, const Event* first, const TraceName* name) {
  ShortText text(out);
  JsonObject object(text);
  object.text("kind", "Trace");
  if (name != nullptr) {
    object.text("trace", name->path);
    name->host ? object.text("host", *name->host) : object.null("host");
    name->label ? object.text("label", *name->label) : object.null("label");
  }
  object.text("schema", kEventSchema);
  object.text("go_version", "1." + std::to_string(minor_of(version)));
  const Sync* sync = first == nullptr ? nullptr : first->as<Sync>();
  if (sync == nullptr) {
    object.null("start");
  } else {
    object.decimal("start", first->time);
  }
  if (sync == nullptr || !sync->clock_snapshot) {
    object.null("wall");
  } else {
    object.text("wall", wall_time_at(*sync->clock_snapshot, first->time));
  }
}

void NdjsonFormat::begin(std::string& out, const SalvageReader& reader, const Event* first) {
  if (first != nullptr) options_.start = first->time;
  if (!reader.version()) return;
  append_trace_json(out, *reader.version(), first, name());
  out += '\n';
}

EventWriter NdjsonFormat::writer() const {
  return [stacks = StackCache(), options = options_](std::string& out, const Event& event) mutable {
    options.stacks = &stacks;
    append_ndjson(out, event, options);
  };
}

void NdjsonFormat::end(std::string& out, const SalvageReader& reader, int exit) {
  out += json_line(verdict_json(reader, exit, name()));
  out += '\n';
}

}  // namespace tracecheck

// Events as JSON objects, one a line. Reference: docs/json.md; schema: docs/schema/events.schema.json.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/trace_name.h"
#include "export/event_format.h"
#include "export/json_text.h"
#include "export/stack_cache.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// The version of the objects, in the Trace object. A new member may appear without a new version; a member
/// that changes its meaning or goes away needs one.
inline constexpr std::string_view kEventSchema = "tracecheck.events/1";

struct NdjsonOptions {
  Time start = 0;                      // what `time` counts from: the time of the trace's first Sync
  bool with_wall = false;              // `wall` beside `time`
  std::optional<ClockSnapshot> clock;  // what it is reckoned from; null where there is none
  bool with_stacks = true;             // false: no `stack` and `resource_stack`
  StackCache* stacks = nullptr;        // makes many events of one generation faster
  const std::string* trace = nullptr;  // which of many traces the event is of
};

/// Adds the event's members to an object.
void put_event(JsonObject& object, const Event& event, const NdjsonOptions& options);

/// Appends the event's object.
void append_event_json(std::string& out, const Event& event, const NdjsonOptions& options);

/// Appends the event's object and the line's end.
void append_ndjson(std::string& out, const Event& event, const NdjsonOptions& options);

/// Appends the Trace object. `first` is the trace's first event, null if none came: then nothing is known of
/// its clock. `name`: which of many traces it is.
void append_trace_json(std::string& out, GoVersion version, const Event* first, const TraceName* name = nullptr);

/// A Trace line, unless there is no header; a line an event; a Verdict line.
class NdjsonFormat final : public EventFormat {
 public:
  /// `name`: which of many traces it is, as all lines then tell.
  explicit NdjsonFormat(const EventMembers& members, std::optional<TraceName> name = std::nullopt)
      : name_(std::move(name)) {
    options_.with_wall = members.wall;
    options_.with_stacks = members.stacks;
    if (name_) options_.trace = &name_->path;
  }
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override {
    begin(out, reader, &first);
  }
  void generation_begins(const std::optional<ClockSnapshot>& clock) override {
    stacks_.clear();
    options_.clock = clock;
  }
  void event(std::string& out, const Event& event) override { append_ndjson(out, event, options_); }
  EventWriter writer() const override;
  void end(std::string& out, const SalvageReader& reader, int exit) override;

 private:
  const TraceName* name() const { return name_ ? &*name_ : nullptr; }

  std::optional<TraceName> name_;
  StackCache stacks_;
  NdjsonOptions options_{.stacks = &stacks_};
};

}  // namespace tracecheck

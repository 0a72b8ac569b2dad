// A trace as one JSON document: {"trace": ..., "events": [...], "verdict": ...}, of the objects that ndjson has.
#pragma once

#include "export/event_format.h"
#include "export/ndjson.h"

namespace tracecheck {

/// `trace` is null if there is no header. Written as it comes: the document is never in memory as a whole.
class JsonDocumentFormat final : public EventFormat {
 public:
  explicit JsonDocumentFormat(const EventMembers& members) {
    options_.with_wall = members.wall;
    options_.with_stacks = members.stacks;
  }
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override;
  void generation_begins(const std::optional<ClockSnapshot>& clock) override {
    stacks_.clear();
    options_.clock = clock;
  }
  void separate(std::string& out) override;
  void event(std::string& out, const Event& event) override { append_event_json(out, event, options_); }
  void end(std::string& out, const SalvageReader& reader, int exit) override;

 private:
  StackCache stacks_;
  NdjsonOptions options_{.stacks = &stacks_};
  bool empty_ = true;
};

}  // namespace tracecheck

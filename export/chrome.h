// Trace Event JSON, which chrome://tracing and ui.perfetto.dev open.
//
// A kind of track is a process there and each track a thread of it, so that viewers show them as groups; tasks are
// asynchronous slices, which may overlap. Times are in microseconds with three decimals: exact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "export/json_text.h"
#include "export/stack_cache.h"
#include "export/timeline_marks.h"

namespace tracecheck {

class ChromeEncoder final : public MarkEncoder {
 public:
  ChromeEncoder();

  void begin_document(std::string& out) override;
  void end_document(std::string& out, std::span<const ViewedTrace> traces) override;
  void set_wall_start(std::int64_t ns) override { wall_start_ = ns; }
  void begin_segment(std::string& out, std::size_t number, const std::string& title) override;
  void generation_begins() override { stacks_.clear(); }
  void describe(std::string& out, const Track& track, std::string_view name) override;
  void begin(std::string& out, const Track& track, const MarkContent& content) override;
  void end(std::string& out, const Track& track, std::string_view name) override;
  void instant(std::string& out, const Track& track, const MarkContent& content) override;
  void count(std::string& out, CounterId counter, std::uint64_t value) override;
  void put(std::string& out, Time time, std::string_view mark) override;

 private:
  void put_mark(std::string& out, std::string_view phase, const Track& track, const MarkContent& content);
  void put_flow(std::string& out, const Track& track, const MarkContent& content);
  void put_arguments(JsonObject& object, const MarkContent& content);
  static void put_task_id(JsonObject& object, const Track& track);

  StackCache stacks_;  // as arrays
  std::size_t segment_ = 0;
  bool empty_ = true;
  std::optional<std::int64_t> wall_start_;
};

}  // namespace tracecheck

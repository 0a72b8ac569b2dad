// Perfetto's trace format, which ui.perfetto.dev and trace_processor open: protobuf, a TracePacket a mark.
//
// One sequence of packets. Stacks are interned as texts, under ids that are never used again, so that a slice of one
// generation may stand beside those of another.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "export/timeline_marks.h"
#include "reader/id_hash.h"

namespace tracecheck {

class PerfettoEncoder final : public MarkEncoder {
 public:
  void begin_document(std::string& out) override;
  void end_document(std::string& out, std::span<const ViewedTrace> traces) override;
  void set_wall_start(std::int64_t ns) override { wall_start_ = ns; }
  void begin_segment(std::string& out, std::size_t number, const std::string& title) override;
  void generation_begins() override { stacks_.clear(); }
  void define(std::string& out, const Stack& stack) override;
  void describe(std::string& out, const Track& track, std::string_view name) override;
  void begin(std::string& out, const Track& track, const MarkContent& content) override;
  void end(std::string& out, const Track& track, std::string_view name) override;
  void instant(std::string& out, const Track& track, const MarkContent& content) override;
  void count(std::string& out, CounterId counter, std::uint64_t value) override;
  void put(std::string& out, Time time, std::string_view mark) override;

 private:
  void add_event(std::string& out, std::int32_t type, const Track& track, const MarkContent& content) const;
  std::uint64_t uuid(const Track& track) const;
  std::uint64_t group_uuid(TrackKind kind) const;
  std::uint64_t trace_uuid() const;

  IdHashMap<std::uint64_t, std::uint64_t> stacks_;  // of the generation at hand: what they are interned as
  std::uint64_t interned_ = 0;
  std::size_t segment_ = 0;
  std::optional<std::int64_t> wall_start_;
};

}  // namespace tracecheck

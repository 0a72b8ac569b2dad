#include "export/sqlite_facts.h"

#include "export/event_row.h"
#include "export/sqlite_row.h"
#include "export/wall_time.h"
#include "reader/event_totals.h"

namespace tracecheck {
namespace {

void append_segments(std::string& out, const SalvageReader& reader, const std::vector<SegmentStart>& starts) {
  for (std::size_t i = 0; i < reader.segments().size(); ++i) {
    const Segment& segment = reader.segments()[i];
    const SegmentStart start = i < starts.size() ? starts[i] : SegmentStart();
    SqliteRow row(out, SqliteTable::Segments);
    row.number(std::uint64_t{i + 1}).number(segment.offset).text("1." + std::to_string(minor_of(segment.version)));
    row.text(verdict_name(segment.verdict)).number(start.time).optional_text(start.wall);
  }
}

void append_generations(std::string& out, const SalvageReader& reader) {
  for (const GenerationInfo& generation : reader.generations()) {
    SqliteRow row(out, SqliteTable::Generations);
    row.number(generation.id).number(generation.offset).number(generation.length);
    row.text(generation_state_name(generation.state)).number(generation.batches).number(generation.threads);
    row.number(generation.events).number(generation.salvaged);
  }
}

void append_damage(std::string& out, const SalvageReader& reader) {
  for (const Damage& damage : reader.damage()) {
    SqliteRow row(out, SqliteTable::Damage);
    row.text(damage_code_name(damage.code)).text(severity_name(damage.severity));
    row.number(damage.offset).number(damage.length).number(damage.generation).number(damage.batch);
    row.number(damage.thread == kNone ? std::nullopt : damage.thread).text(reading_name(damage.reading));
    row.text(table_text(damage.message)).number(damage.resumes_at).number(damage.lost);
  }
}

void append_trace(std::string& out, const TraceName& name, const SalvageReader& reader, int exit) {
  const EventTotals totals = totals_of(reader.generations());
  const std::optional<FrequencySource> frequency = reader.frequency_source();
  const std::string message = table_text(message_of(reader.ending()));
  SqliteRow row(out, SqliteTable::Traces);
  row.text(name.path).optional_text(name.host).optional_text(name.label);
  row.text(verdict_name(reader.verdict())).number(std::int64_t{exit}).number(totals.events).number(totals.salvaged);
  frequency ? row.text(frequency_source_name(*frequency)) : row.null();
  message.empty() ? row.null() : row.text(message);
}

}  // namespace

SegmentStart segment_start(const Event& first) {
  const Sync* sync = first.as<Sync>();
  if (sync == nullptr) return {};
  SegmentStart start{first.time, std::nullopt};
  if (sync->clock_snapshot) start.wall = wall_time_at(*sync->clock_snapshot, first.time);
  return start;
}

void append_facts(std::string& out, const TraceName& name, const SalvageReader& reader,
                  const std::vector<SegmentStart>& starts, int exit) {
  append_segments(out, reader, starts);
  append_generations(out, reader);
  append_damage(out, reader);
  append_trace(out, name, reader, exit);
}

}  // namespace tracecheck

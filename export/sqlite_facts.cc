#include "export/sqlite_facts.h"

#include "export/event_row.h"
#include "export/wall_time.h"
#include "reader/event_totals.h"

namespace tracecheck {
namespace {

// The values of a row from left to right.
class RowWriter {
 public:
  explicit RowWriter(SqliteStatement& statement) : statement_(statement) {}
  RowWriter& number(std::int64_t value) {
    statement_.bind(++column_, value);
    return *this;
  }
  RowWriter& number(std::uint64_t value) { return number(static_cast<std::int64_t>(value)); }
  template <typename Number>
  RowWriter& number(const std::optional<Number>& value) {
    return value ? number(*value) : null();
  }
  RowWriter& text(std::string_view text) {
    statement_.bind_text(++column_, text);
    return *this;
  }
  RowWriter& null() {
    ++column_;
    return *this;
  }
  void write() {
    statement_.execute();
    column_ = 0;
  }

 private:
  SqliteStatement& statement_;
  int column_ = 0;
};

void write_segments(SqliteDatabase& database, const SalvageReader& reader, const std::vector<SegmentStart>& starts) {
  SqliteStatement statement(database, "INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)");
  RowWriter row(statement);
  for (std::size_t i = 0; i < reader.segments().size(); ++i) {
    const Segment& segment = reader.segments()[i];
    const SegmentStart start = i < starts.size() ? starts[i] : SegmentStart();
    const std::string version = "1." + std::to_string(minor_of(segment.version));
    row.number(std::uint64_t{i + 1}).number(segment.offset).text(version).text(verdict_name(segment.verdict));
    row.number(start.time);
    if (start.wall) row.text(*start.wall);
    row.write();
  }
}

void write_verdict(SqliteDatabase& database, const SalvageReader& reader, int exit) {
  const EventTotals totals = totals_of(reader.generations());
  SqliteStatement statement(database, "INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?)");
  RowWriter row(statement);
  row.text(verdict_name(reader.verdict())).number(std::int64_t{exit}).number(totals.events).number(totals.salvaged);
  const std::optional<FrequencySource> frequency = reader.frequency_source();
  frequency ? row.text(frequency_source_name(*frequency)) : row.null();
  const std::string message = table_text(message_of(reader.ending()));
  if (!message.empty()) row.text(message);
  row.write();
}

void write_generations(SqliteDatabase& database, const SalvageReader& reader) {
  SqliteStatement statement(database, "INSERT INTO generations VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  RowWriter row(statement);
  for (const GenerationInfo& generation : reader.generations()) {
    row.number(generation.id).number(generation.offset).number(generation.length);
    row.text(generation_state_name(generation.state)).number(generation.batches).number(generation.threads);
    row.number(generation.events).number(generation.salvaged).write();
  }
}

void write_damage(SqliteDatabase& database, const SalvageReader& reader) {
  SqliteStatement statement(database, "INSERT INTO damage VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  RowWriter row(statement);
  for (const Damage& damage : reader.damage()) {
    const std::string message = table_text(damage.message);
    row.text(damage_code_name(damage.code)).text(severity_name(damage.severity));
    row.number(damage.offset).number(damage.length).number(damage.generation).number(damage.batch);
    row.number(damage.thread == kNone ? std::nullopt : damage.thread).text(reading_name(damage.reading)).text(message);
    row.number(damage.resumes_at).number(damage.lost).write();
  }
}

}  // namespace

SegmentStart segment_start(const Event& first) {
  const Sync* sync = first.as<Sync>();
  if (sync == nullptr) return {};
  SegmentStart start{first.time, std::nullopt};
  if (sync->clock_snapshot) start.wall = wall_time_at(*sync->clock_snapshot, first.time);
  return start;
}

void write_facts(SqliteDatabase& database, const SalvageReader& reader, const std::vector<SegmentStart>& starts,
                 int exit) {
  write_segments(database, reader, starts);
  write_verdict(database, reader, exit);
  write_generations(database, reader);
  write_damage(database, reader);
}

}  // namespace tracecheck

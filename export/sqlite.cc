#include "export/sqlite.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "analysis/frames_record.h"
#include "analysis/wall_clock.h"
#include "export/sqlite_row.h"
#include "export/sqlite_schema.h"
#include "export/sqlite_stacks.h"

namespace tracecheck {
namespace {

constexpr bool is_stack(std::size_t column) {
  return column == static_cast<std::size_t>(Column::Stack) || column == static_cast<std::size_t>(Column::ResourceStack);
}

struct CellWriter {
  SqliteRow& row;
  StackCache& stacks;
  std::uint64_t generation;

  void operator()(std::monostate) const { row.null(); }
  void operator()(std::int64_t number) const { row.number(number); }
  void operator()(std::uint64_t number) const { row.number(number); }
  void operator()(CellWord word) const { row.text(word.text); }
  void operator()(CellText text) const { row.text(table_text(text.text)); }
  void operator()(const Stack& stack) const {
    std::string column;
    SqliteStack{generation, stack.id(), {}}.append_to(column);
    stacks.append(column, stack);
    row.text(column);
  }
};

// The columns of a row behind the trace's id, from the left.
struct TableColumns {
  std::string_view table;
  std::string_view id;       // the column of the trace's id
  std::string_view columns;  // ", name" each
  std::size_t count;
};

// By SqliteTable, from 1.
std::string insertion(SqliteTable table) {
  std::string events;
  for (const std::string_view name : kColumnNames) events.append(", ").append(name);
  events.append(", wall_ns");
  const std::array<TableColumns, 5> tables = {{
      {"events", "trace", events, kColumns + 1},
      {"segments", "trace", ", segment, offset, go_version, verdict, start, wall", 6},
      {"generations", "trace", ", generation, offset, length, state, batches, threads, events, salvaged", 8},
      {"damage", "trace",
       ", code, severity, offset, length, generation, batch, thread, reading, message, resumes_at, lost", 11},
      {"traces", "id", ", path, host, label, verdict, exit, events, salvaged, frequency_source, message", 9},
  }};
  const TableColumns& into = tables[static_cast<std::size_t>(table) - 1];
  std::string sql = "INSERT INTO ";
  sql.append(into.table).append(" (").append(into.id).append(into.columns).append(") VALUES (?");
  for (std::size_t i = 0; i < into.count; ++i) sql += ", ?";
  return sql + ")";
}

}  // namespace

SqliteFormat::SqliteFormat(TraceName name, const EventMembers& members)
    : name_(std::move(name)),
      with_wall_(members.wall),
      rows_({.stacks = members.stacks}),
      stack_records_(append_frames_record) {}

void SqliteFormat::begin(std::string& /*out*/, const SalvageReader& /*reader*/, const Event* first) {
  if (first != nullptr) begin_segment(*first);
}

void SqliteFormat::segment(std::string& /*out*/, const SalvageReader& /*reader*/, const Event& first) {
  begin_segment(first);
}

void SqliteFormat::begin_segment(const Event& first) {
  rows_.begin_segment(first);
  starts_.push_back(segment_start(first));
}

void SqliteFormat::event(std::string& out, const Event& event) {
  SqliteRow row(out, SqliteTable::Events);
  for (const Cell& cell : rows_.row(event)) std::visit(CellWriter{row, stack_records_, generation_}, cell);
  row.number(with_wall_ && clock_ ? wall_ns_at(*clock_, event.time) : std::nullopt);
}

void SqliteFormat::end(std::string& out, const SalvageReader& reader, int exit) {
  append_facts(out, name_, reader, starts_, exit);
}

// Makes rows of records.
class SqliteWriter::Inserter {
 public:
  explicit Inserter(SqliteDatabase& database)
      : stacks_(database),
        events_(database, insertion(SqliteTable::Events)),
        segments_(database, insertion(SqliteTable::Segments)),
        generations_(database, insertion(SqliteTable::Generations)),
        damage_(database, insertion(SqliteTable::Damage)),
        traces_(database, insertion(SqliteTable::Traces)) {
    SqliteStatement last(database, "SELECT COALESCE(MAX(id), 0) FROM traces");
    last.execute(trace_);
    ++trace_;
  }

  void insert(SqliteTable table, protozero::pbf_reader row) {
    SqliteStatement& statement = statement_of(table);
    statement.bind(1, trace_);
    while (row.next()) {
      // Before the value is read: with assertions the reader forgets it then.
      const protozero::pbf_tag_type field = row.tag();
      const auto parameter = static_cast<int>(field) + 1;
      if (row.wire_type() == protozero::pbf_wire_type::varint) {
        statement.bind(parameter, row.get_uint64());
        continue;
      }
      const protozero::data_view view = row.get_view();
      const std::string_view bytes(view.data(), view.size());
      if (table == SqliteTable::Events && is_stack(field - 1)) {
        statement.bind(parameter, stacks_.id_of(SqliteStack::of_column(bytes)));
      } else if (table == SqliteTable::Traces && table_text(bytes) != bytes) {
        statement.bind_blob(parameter, bytes);  // the name of a file may be no UTF-8, and stays what it is
      } else {
        statement.bind_text(parameter, bytes);
      }
    }
    statement.execute();
    if (table != SqliteTable::Traces) return;
    stacks_.trace_ends();
    ++trace_;
  }

 private:
  SqliteStatement& statement_of(SqliteTable table) {
    switch (table) {
      case SqliteTable::Events: return events_;
      case SqliteTable::Segments: return segments_;
      case SqliteTable::Generations: return generations_;
      case SqliteTable::Damage: return damage_;
      case SqliteTable::Traces: break;
    }
    return traces_;
  }

  SqliteStacks stacks_;
  SqliteStatement events_;
  SqliteStatement segments_;
  SqliteStatement generations_;
  SqliteStatement damage_;
  SqliteStatement traces_;
  std::int64_t trace_ = 0;  // the id of the one at hand
};

SqliteWriter::SqliteWriter(const std::string& path, SqliteDatabase::Use use) : database_(path, use), use_(use) {
  prepare();
  inserter_ = std::make_unique<Inserter>(database_);
  database_.execute("BEGIN");
}

SqliteWriter::~SqliteWriter() = default;

// Makes the tables, unless they are there.
void SqliteWriter::prepare() {
  std::int64_t tables = 0;
  SqliteStatement(database_, "SELECT COUNT(*) FROM sqlite_schema").execute(tables);
  if (tables == 0) {
    database_.execute("BEGIN");
    database_.execute(std::string(kSqliteTables));
    database_.execute(std::string(kSqliteViews));
    database_.execute("COMMIT");
    return;
  }
  std::int64_t is_ours = 0;
  SqliteStatement(database_, std::string(kSqliteIsOurs)).execute(is_ours);
  if (is_ours == 0) database_.refuse("is a database of something else, or of another version of tracecheck");
}

std::unordered_map<std::string, int> SqliteWriter::traces() {
  std::unordered_map<std::string, int> found;
  SqliteStatement statement(database_, "SELECT exit, path FROM traces");
  while (statement.next()) found.emplace(statement.bytes(1), static_cast<int>(statement.number(0)));
  return found;
}

bool SqliteWriter::take(std::string_view rows) {
  protozero::pbf_reader reader(rows.data(), rows.size());
  while (database_.error().empty() && reader.next()) {
    const auto table = static_cast<SqliteTable>(reader.tag());
    inserter_->insert(table, reader.get_message());
    if (table == SqliteTable::Traces && use_ == SqliteDatabase::Use::Kept) database_.execute("COMMIT; BEGIN");
  }
  return database_.error().empty();
}

bool SqliteWriter::finish() {
  inserter_.reset();
  database_.execute(std::string(kSqliteIndices));
  database_.execute("COMMIT");
  database_.close();
  return database_.error().empty();
}

}  // namespace tracecheck

#include "export/sqlite.h"

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "analysis/frames_record.h"
#include "export/sqlite_schema.h"
#include "export/sqlite_stacks.h"

namespace tracecheck {
namespace {

// A record is a message whose fields are numbered as the columns, from 1; a column that is null has none.
constexpr protozero::pbf_tag_type kRecord = 1;

constexpr bool is_stack(std::size_t column) {
  return column == static_cast<std::size_t>(Column::Stack) || column == static_cast<std::size_t>(Column::ResourceStack);
}

struct RecordWriter {
  protozero::pbf_writer& record;
  protozero::pbf_tag_type field;
  StackCache& stacks;

  void operator()(std::monostate) const {}
  void operator()(std::int64_t number) const { record.add_int64(field, number); }
  void operator()(std::uint64_t number) const { record.add_uint64(field, number); }
  void operator()(CellWord word) const { record.add_string(field, word.text.data(), word.text.size()); }
  void operator()(CellText text) const { record.add_string(field, table_text(text.text)); }
  void operator()(const Stack& stack) const {
    std::string frames;
    stacks.append(frames, stack);
    record.add_bytes(field, frames);
  }
};

std::string insertion() {
  std::string columns;
  std::string values;
  for (const std::string_view name : kColumnNames) {
    const std::string_view separator = columns.empty() ? "" : ", ";
    columns.append(separator).append(name);
    values.append(separator).append("?");
  }
  return "INSERT INTO events (" + columns + ") VALUES (" + values + ")";
}

}  // namespace

// Makes rows of records.
class SqliteFormat::Inserter {
 public:
  explicit Inserter(SqliteDatabase& database) : stacks_(database), insert_(database, insertion()) {}

  void insert(protozero::pbf_reader record) {
    while (record.next()) {
      // Before the value is read: with assertions the reader forgets it then.
      const protozero::pbf_tag_type field = record.tag();
      const auto parameter = static_cast<int>(field);
      if (record.wire_type() == protozero::pbf_wire_type::varint) {
        insert_.bind(parameter, record.get_uint64());
        continue;
      }
      const protozero::data_view view = record.get_view();
      const std::string_view bytes(view.data(), view.size());
      if (is_stack(field - 1)) {
        insert_.bind(parameter, stacks_.id_of(bytes));
      } else {
        insert_.bind_text(parameter, bytes);
      }
    }
    insert_.execute();
  }

 private:
  SqliteStacks stacks_;
  SqliteStatement insert_;
};

SqliteFormat::SqliteFormat(const std::string& path, bool with_stacks)
    : database_(path), rows_(with_stacks), stack_records_(append_frames_record) {
  database_.execute("BEGIN");
  database_.execute(std::string(kSqliteTables));
  inserter_ = std::make_unique<Inserter>(database_);
}

SqliteFormat::~SqliteFormat() = default;

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
  protozero::pbf_writer records(out);
  protozero::pbf_writer record(records, kRecord);
  protozero::pbf_tag_type field = 0;
  for (const Cell& cell : rows_.row(event)) std::visit(RecordWriter{record, ++field, stack_records_}, cell);
}

bool SqliteFormat::take(std::string_view written, const Sink& /*sink*/) {
  protozero::pbf_reader records(written.data(), written.size());
  while (database_.error().empty() && records.next(kRecord)) inserter_->insert(records.get_message());
  return database_.error().empty();
}

void SqliteFormat::end(std::string& /*out*/, const SalvageReader& reader, int exit) {
  inserter_.reset();
  write_facts(database_, reader, starts_, exit);
  database_.execute(std::string(kSqliteIndices));
  database_.execute(std::string(kSqliteViews));
  database_.execute("COMMIT");
  database_.close();
}

}  // namespace tracecheck

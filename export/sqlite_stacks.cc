#include "export/sqlite_stacks.h"

#include <vector>

#include "analysis/frames_record.h"
#include "export/event_row.h"

namespace tracecheck {
namespace {

// Temporary: not in the file that is written.
SqliteDatabase& with_records(SqliteDatabase& database) {
  database.execute("CREATE TEMP TABLE records (record BLOB PRIMARY KEY, stack INTEGER) WITHOUT ROWID");
  return database;
}

}  // namespace

SqliteStacks::SqliteStacks(SqliteDatabase& database)
    : find_(with_records(database), "SELECT stack FROM records WHERE record = ?"),
      add_record_(database, "INSERT INTO records VALUES (?, ?)"),
      add_stack_(database, "INSERT INTO stacks VALUES (?, ?)"),
      add_frame_(database, "INSERT INTO frames VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

std::int64_t SqliteStacks::id_of(std::string_view record) {
  key_ = record;
  if (const auto known = remembered_.find(key_); known != remembered_.end()) return known->second;
  if (remembered_size_ > kMaxRemembered) {
    remembered_.clear();
    remembered_size_ = 0;
  }
  const std::int64_t id = find_or_insert(record);
  remembered_.emplace(key_, id);
  remembered_size_ += record.size();
  return id;
}

std::int64_t SqliteStacks::find_or_insert(std::string_view record) {
  std::int64_t id = 0;
  find_.bind_blob(1, record);
  if (find_.execute(id)) return id;
  id = ++newest_;
  add_record_.bind_blob(1, record);
  add_record_.bind(2, id);
  add_record_.execute();
  insert(id, record);
  return id;
}

void SqliteStacks::insert(std::int64_t id, std::string_view record) {
  const std::vector<Frame> frames = frames_of_record(record);
  std::string line;
  append_stack_line(line, frames);
  const std::string text = table_text(line);
  add_stack_.bind(1, id);
  add_stack_.bind_text(2, text);
  add_stack_.execute();
  std::int64_t depth = 0;
  for (const Frame& frame : frames) {
    const std::string function = table_text(frame.function);
    const std::string file = table_text(frame.file);
    add_frame_.bind(1, id);
    add_frame_.bind(2, depth++);
    if (frame.lost_function == 0) add_frame_.bind_text(3, function);
    if (frame.lost_file == 0) add_frame_.bind_text(4, file);
    add_frame_.bind(5, frame.line);
    add_frame_.bind(6, frame.pc);
    if (frame.lost_function != 0) add_frame_.bind(7, frame.lost_function);
    if (frame.lost_file != 0) add_frame_.bind(8, frame.lost_file);
    add_frame_.bind(9, std::int64_t{frame.borrowed});
    add_frame_.execute();
  }
}

}  // namespace tracecheck

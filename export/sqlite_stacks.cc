#include "export/sqlite_stacks.h"

#include <deque>
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
      add_record_(database, "INSERT OR IGNORE INTO records VALUES (?, ?)"),
      add_stack_(database, "INSERT INTO stacks VALUES (?, ?)"),
      add_frame_(database, "INSERT INTO frames VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)") {
  learn(database);
}

// Those that are there already. A text that was no UTF-8 is not what it was: such a stack will stand there twice.
void SqliteStacks::learn(SqliteDatabase& database) {
  SqliteStatement known(database,
                        "SELECT id, depth, pc, line, function, file, borrowed, lost_function, lost_file "
                        "FROM stacks LEFT JOIN frames ON stack = id ORDER BY id, depth");
  std::deque<std::string> texts;
  std::vector<Frame> frames;
  const auto keep = [&] {
    std::string record;
    append_record_of(record, frames);
    if (newest_ != 0) add_record(record, newest_);
    texts.clear();
    frames.clear();
  };
  while (known.next()) {
    if (known.number(0) != newest_) keep();
    newest_ = known.number(0);
    if (known.is_null(1)) continue;  // a stack without frames
    Frame frame;
    frame.pc = static_cast<std::uint64_t>(known.number(2));
    frame.line = static_cast<std::uint64_t>(known.number(3));
    frame.function = texts.emplace_back(known.bytes(4));
    frame.file = texts.emplace_back(known.bytes(5));
    frame.borrowed = known.number(6) != 0;
    frame.lost_function = static_cast<std::uint64_t>(known.number(7));
    frame.lost_file = static_cast<std::uint64_t>(known.number(8));
    frames.push_back(frame);
  }
  keep();
}

void SqliteStacks::add_record(std::string_view record, std::int64_t id) {
  add_record_.bind_blob(1, record);
  add_record_.bind(2, id);
  add_record_.execute();
}

std::int64_t SqliteStacks::id_of(const SqliteStack& stack) {
  if (stack.generation != generation_) by_id_.clear();
  generation_ = stack.generation;
  const auto [place, is_new] = by_id_.try_emplace(stack.id, 0);
  if (is_new) place->second = id_of_record(stack.record);
  return place->second;
}

std::int64_t SqliteStacks::id_of_record(std::string_view record) {
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
  add_record(record, id);
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

#include "export/sqlite_database.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace tracecheck {
namespace {

// SQLite takes a null pointer for a null.
const char* pointer(std::string_view bytes) { return bytes.empty() ? "" : bytes.data(); }

}  // namespace

void SqliteDatabase::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

SqliteDatabase::SqliteDatabase(const std::string& path, Use use) : use_(use) {
  sqlite3* database = nullptr;
  // A name of ours, never an address: it begins with a folder, so not with "file:".
  const std::string name = path.starts_with('/') ? path : "./" + path;
  const int make = use == Use::Kept ? SQLITE_OPEN_CREATE : 0;
  const int opened = sqlite3_open_v2(name.c_str(), &database, SQLITE_OPEN_READWRITE | make, nullptr);
  database_.reset(database);
  if (!check(opened)) return;
  if (use == Use::New) {
    // The file is thrown away if it is not finished: there is nothing to take back, and nobody to lock out.
    execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE");
  } else {
    // A commit is an append to the journal, which keeps the file sound when the power goes, too.
    execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  }
}

void SqliteDatabase::execute(const std::string& sql) {
  errno = 0;
  if (error_.empty()) check(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

void SqliteDatabase::refuse(const std::string& why) {
  if (error_.empty()) error_ = why;
}

void SqliteDatabase::close() {
  if (use_ == Use::Kept) execute("PRAGMA journal_mode = DELETE");  // all in one file
  if (error_.empty()) check(sqlite3_close(database_.get()));
  if (error_.empty()) database_.release();
}

bool SqliteDatabase::check(int result) {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return true;
  if ((result & 0xff) == SQLITE_NOMEM) throw std::bad_alloc();
  if (error_.empty()) error_ = "cannot be written: " + reason(result);
  return false;
}

std::string SqliteDatabase::reason(int result) const {
  if ((result & 0xff) == SQLITE_FULL) return std::strerror(ENOSPC);
  if ((result & 0xff) == SQLITE_BUSY) return "another program has it open";
  if ((result & 0xff) == SQLITE_NOTADB) return "it is no database";
  // SQLite keeps no system error of a commit that fails, but leaves errno as it was.
  const int last = errno;
  const int kept = sqlite3_system_errno(database_.get());
  const int code = kept != 0 ? kept : last;
  return code != 0 ? std::strerror(code) : sqlite3_errmsg(database_.get());
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteStatement::SqliteStatement(SqliteDatabase& database, const std::string& sql) : database_(database) {
  if (!database.error().empty()) return;
  sqlite3_stmt* statement = nullptr;
  database.check(
      sqlite3_prepare_v3(database.database_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  statement_.reset(statement);
}

void SqliteStatement::bind(int parameter, std::int64_t number) {
  if (statement_) database_.check(sqlite3_bind_int64(statement_.get(), parameter, number));
}

void SqliteStatement::bind_text(int parameter, std::string_view text) {
  if (!statement_) return;
  database_.check(
      sqlite3_bind_text64(statement_.get(), parameter, pointer(text), text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void SqliteStatement::bind_blob(int parameter, std::string_view bytes) {
  if (!statement_) return;
  database_.check(sqlite3_bind_blob64(statement_.get(), parameter, pointer(bytes), bytes.size(), SQLITE_STATIC));
}

bool SqliteStatement::execute(std::int64_t& result) {
  if (!statement_ || !database_.error().empty()) return false;
  errno = 0;
  const int stepped = sqlite3_step(statement_.get());
  database_.check(stepped);
  if (stepped == SQLITE_ROW) result = sqlite3_column_int64(statement_.get(), 0);
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  return stepped == SQLITE_ROW;
}

bool SqliteStatement::next() {
  if (!statement_ || !database_.error().empty()) return false;
  const int stepped = sqlite3_step(statement_.get());
  return database_.check(stepped) && stepped == SQLITE_ROW;
}

bool SqliteStatement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::int64_t SqliteStatement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string SqliteStatement::bytes(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr ? "" : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

void SqliteStatement::execute() {
  std::int64_t none = 0;
  execute(none);
}

}  // namespace tracecheck

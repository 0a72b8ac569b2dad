// A SQLite database that is filled: what goes wrong is kept as a sentence, and ends all further work.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tracecheck {

/// Throws std::bad_alloc where there is not enough memory. Not thread-safe.
class SqliteDatabase {
 public:
  enum class Use : std::uint8_t {
    New,   // an empty file of ours, which nobody else has open and which is worth nothing before `close`
    Kept,  // a file with a database or none yet, which keeps what was committed, whatever becomes of this program
  };
  SqliteDatabase(const std::string& path, Use use);

  void execute(const std::string& sql);
  /// From here on there is this error.
  void refuse(const std::string& why);
  /// Writes all that is still in memory. No statement may be alive.
  void close();
  /// "cannot be written: No space left on device"; "" as long as all is well.
  const std::string& error() const { return error_; }

 private:
  friend class SqliteStatement;
  struct Close {
    void operator()(sqlite3* database) const;
  };

  // True if all is well.
  bool check(int result);
  std::string reason(int result) const;

  std::unique_ptr<sqlite3, Close> database_;
  Use use_;
  std::string error_;
};

/// One statement that is executed again and again. Parameters are counted from 1, and null until they are bound.
class SqliteStatement {
 public:
  /// `database` outlives it.
  SqliteStatement(SqliteDatabase& database, const std::string& sql);

  void bind(int parameter, std::int64_t number);
  /// What is beyond 2^63 - 1 wraps and is negative: SQLite knows no other integers.
  void bind(int parameter, std::uint64_t number) { bind(parameter, static_cast<std::int64_t>(number)); }
  /// Texts are well-formed UTF-8, and with blobs the caller's until `execute` has returned.
  void bind_text(int parameter, std::string_view text);
  void bind_blob(int parameter, std::string_view bytes);
  /// Runs it and forgets what was bound. True if there is a row, of which `result` gets the first column.
  bool execute(std::int64_t& result);
  void execute();

  /// Goes to the next row, or the first. False: there is none.
  bool next();
  /// A column of that row, from 0; 0 and "" for a null. What is not UTF-8 comes as it is.
  bool is_null(int column) const;
  std::int64_t number(int column) const;
  std::string bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  SqliteDatabase& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;  // null where the database has failed
};

}  // namespace tracecheck

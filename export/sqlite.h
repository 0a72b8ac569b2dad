// Events as a SQLite database. Reference: docs/sql.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/trace_name.h"
#include "export/event_format.h"
#include "export/event_row.h"
#include "export/sqlite_database.h"
#include "export/sqlite_facts.h"
#include "export/stack_cache.h"

namespace tracecheck {

/// What one trace puts into a database: rows as export/sqlite_row.h has them, which SqliteWriter takes.
class SqliteFormat final : public EventFormat {
 public:
  SqliteFormat(TraceName name, const EventMembers& members);
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override;
  void generation_begins(const std::optional<ClockSnapshot>& clock) override {
    stack_records_.clear();
    ++generation_;
    clock_ = clock;
  }
  void event(std::string& out, const Event& event) override;
  void end(std::string& out, const SalvageReader& reader, int exit) override;

 private:
  void begin_segment(const Event& first);

  TraceName name_;
  bool with_wall_;
  std::optional<ClockSnapshot> clock_;
  EventRows rows_;
  StackCache stack_records_;
  std::uint64_t generation_ = 0;
  std::vector<SegmentStart> starts_;
};

/// The database of one trace or many.
class SqliteWriter {
 public:
  /// `path` as SqliteDatabase has it. A database that is kept may have traces of an earlier call, and has each new one
  /// as soon as it is whole, whatever becomes of this call; one that is not is whole once `finish` has returned.
  SqliteWriter(const std::string& path, SqliteDatabase::Use use);
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;
  ~SqliteWriter();

  /// The traces that an earlier call has left, by their path, with the exit code of each.
  std::unordered_map<std::string, int> traces();
  /// Some whole rows. Those of a trace follow one another, the one of Traces last. False: there is an error.
  bool take(std::string_view rows);
  /// Writes what helps to find rows, and closes the database. False: there is an error.
  bool finish();
  /// As in SqliteDatabase.
  const std::string& error() const { return database_.error(); }

 private:
  class Inserter;

  void prepare();

  SqliteDatabase database_;
  SqliteDatabase::Use use_;
  std::unique_ptr<Inserter> inserter_;  // none once the rows are all there
};

}  // namespace tracecheck

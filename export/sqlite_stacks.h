// The tables `stacks` and `frames` of a database of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "export/sqlite_database.h"
#include "export/sqlite_row.h"
#include "reader/id_hash.h"

namespace tracecheck {

/// Each stack stands there once, however many generations have it.
class SqliteStacks {
 public:
  /// The tables are there (export/sqlite_schema.h), with the stacks of an earlier call or none; `database` outlives it.
  explicit SqliteStacks(SqliteDatabase& database);

  /// The id of the stack. Those of a trace follow one another, until `trace_ends`.
  std::int64_t id_of(const SqliteStack& stack);
  void trace_ends() { generation_ = 0; }

 private:
  // Bytes of records; the database finds those that are forgotten here.
  static constexpr std::size_t kMaxRemembered = 4U << 20U;

  void learn(SqliteDatabase& database);
  void add_record(std::string_view record, std::int64_t id);
  std::int64_t id_of_record(std::string_view record);
  std::int64_t find_or_insert(std::string_view record);
  void insert(std::int64_t id, std::string_view record);

  SqliteStatement find_;
  SqliteStatement add_record_;
  SqliteStatement add_stack_;
  SqliteStatement add_frame_;
  std::uint64_t generation_ = 0;  // whose stacks are known by their ids
  IdHashMap<std::uint64_t, std::int64_t> by_id_;
  std::unordered_map<std::string, std::int64_t> remembered_;
  std::string key_;
  std::size_t remembered_size_ = 0;
  std::int64_t newest_ = 0;
};

}  // namespace tracecheck

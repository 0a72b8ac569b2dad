// The tables, indices and views of the databases that `export --format sqlite` writes. Reference: docs/sql.md.
#pragma once

#include <string_view>

namespace tracecheck {

/// To be executed on an empty database. The table `events` has the columns of export/event_row.h, after its `id` and
/// its `trace`.
extern const std::string_view kSqliteTables;
extern const std::string_view kSqliteViews;

/// To be executed once the tables are filled; again, where more was filled in.
extern const std::string_view kSqliteIndices;

/// A query for the number 1 in a database that has those tables, and 0 in any other.
extern const std::string_view kSqliteIsOurs;

}  // namespace tracecheck

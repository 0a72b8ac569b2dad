// The tables, indices and views of the databases that `export --format sqlite` writes. Reference: docs/sql.md.
#pragma once

#include <string_view>

namespace tracecheck {

/// To be executed on an empty database. The table `events` has the columns of export/event_row.h, after its `id`.
extern const std::string_view kSqliteTables;

/// To be executed once the tables are filled.
extern const std::string_view kSqliteIndices;
extern const std::string_view kSqliteViews;

}  // namespace tracecheck

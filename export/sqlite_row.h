// Rows of a database as bytes, which are made where the trace is read and inserted where the database is.
#pragma once

#include <cstdint>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>

namespace tracecheck {

/// The tables that have a row of the trace at hand. The one of Traces ends the trace.
enum class SqliteTable : protozero::pbf_tag_type { Events = 1, Segments, Generations, Damage, Traces };

/// A row: a message whose fields are numbered as the columns behind the trace's id, from 1; a column that is null has
/// none. Complete when it is destroyed.
class SqliteRow {
 public:
  SqliteRow(std::string& out, SqliteTable table)
      : rows_(out), row_(rows_, static_cast<protozero::pbf_tag_type>(table)) {}

  SqliteRow& number(std::int64_t value) {
    row_.add_int64(++column_, value);
    return *this;
  }
  /// What is beyond 2^63 - 1 wraps and is negative: SQLite knows no other integers.
  SqliteRow& number(std::uint64_t value) { return number(static_cast<std::int64_t>(value)); }
  template <typename Number>
  SqliteRow& number(const std::optional<Number>& value) {
    return value ? number(*value) : null();
  }
  /// Any bytes.
  SqliteRow& text(std::string_view text) {
    row_.add_bytes(++column_, text.data(), text.size());
    return *this;
  }
  SqliteRow& optional_text(const std::optional<std::string>& value) { return value ? text(*value) : null(); }
  SqliteRow& null() {
    ++column_;
    return *this;
  }

 private:
  protozero::pbf_writer rows_;
  protozero::pbf_writer row_;
  protozero::pbf_tag_type column_ = 0;
};

}  // namespace tracecheck

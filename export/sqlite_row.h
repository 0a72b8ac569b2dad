// Rows of a database as bytes, which are made where the trace is read and inserted where the database is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>

namespace tracecheck {

/// The tables that have a row of the trace at hand. The one of Traces ends the trace.
enum class SqliteTable : protozero::pbf_tag_type { Events = 1, Segments, Generations, Damage, Traces };

/// A stack as a column of a row has it: what says within its trace that it is the same as before costs no look at the
/// frames, of which there may be hundreds.
struct SqliteStack {
  std::uint64_t generation = 0;  // counted in the trace, from 1
  std::uint64_t id = 0;          // in the generation
  std::string_view record;       // analysis/frames_record.h

  static constexpr std::size_t kNumbers = 2 * sizeof(std::uint64_t);

  void append_to(std::string& out) const {
    out.append(reinterpret_cast<const char*>(&generation), sizeof generation);
    out.append(reinterpret_cast<const char*>(&id), sizeof id);
    out += record;
  }
  static SqliteStack of_column(std::string_view bytes) {
    SqliteStack stack;
    std::memcpy(&stack.generation, bytes.data(), sizeof stack.generation);
    std::memcpy(&stack.id, bytes.data() + sizeof stack.generation, sizeof stack.id);
    stack.record = bytes.substr(kNumbers);
    return stack;
  }
};

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

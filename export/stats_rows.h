// `stats --by`: a table with a row for each file, function, goroutine, task, region or type of event, of all files
// together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "export/stats.h"
#include "export/text_table.h"

namespace tracecheck {

enum class StatsBy : std::uint8_t { File, Function, Goroutine, Task, Region, Type };

std::string_view stats_by_name(StatsBy by);
std::optional<StatsBy> find_stats_by(std::string_view name);
/// All names.
std::vector<std::string> stats_by_names();

enum class Unit : std::uint8_t { Duration, Moment, Bytes, Number, Id, Text };

struct StatsColumn {
  std::string_view header;
  Unit unit = Unit::Text;
  std::string_view sort_key;  // "" where rows cannot be sorted by it
};

/// The keys that the rows can be sorted by; the one that sorts them anyway comes first, if there is one.
std::vector<std::string> stats_sort_keys(StatsBy by);

class StatsRows {
 public:
  /// `sort` is one of the keys, the greatest first; "" for the order that is usual. `top`: no more rows than that.
  StatsRows(StatsBy by, const std::string& sort, std::size_t top = SIZE_MAX);
  /// Whether `sort` is one.
  static bool can_sort(StatsBy by, const std::string& sort);

  /// Adds what is known of a file. `json`: the rows are to be written as JSON, else as a table.
  void add(const Stats& stats, bool json);
  /// Adds the rows of another one.
  void add(StatsRows&& other);

  /// The table, "" if there are no rows; with names of files if `with_files`.
  std::string table(const Style& style, bool with_files);
  /// A line a row.
  std::string json_lines();
  /// Rows that `top` has left out.
  std::uint64_t left_out() const { return left_out_; }

 private:
  using Cell = std::variant<std::monostate, std::int64_t, std::string>;
  struct Row {
    std::string file;
    std::vector<Cell> cells;
    bool faint = false;
    std::string json;
  };
  void add_file(const Stats& stats, bool json);
  void add_functions(const Stats& stats, bool json);
  void add_goroutines(const Stats& stats, bool json);
  void add_tasks(const Stats& stats, bool json);
  void add_regions(const Stats& stats, bool json);
  void add_types(const Stats& stats, bool json);
  void keep_top();
  template <typename MakeJson>
  void push(const Stats& stats, std::vector<Cell> cells, bool faint, bool json, MakeJson make_json);
  std::string shown(const Cell& cell, Unit unit) const;

  StatsBy by_;
  std::optional<std::size_t> sort_column_;
  std::size_t top_;
  std::vector<Row> rows_;
  std::uint64_t left_out_ = 0;
};

}  // namespace tracecheck

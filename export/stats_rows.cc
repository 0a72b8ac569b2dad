#include "export/stats_rows.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "export/escape.h"
#include "export/human.h"
#include "export/json_value.h"
#include "export/stats_json.h"
#include "format/event_table.h"

namespace tracecheck {
namespace {

constexpr std::array kNames = {std::pair{StatsBy::File, "file"},           std::pair{StatsBy::Function, "function"},
                               std::pair{StatsBy::Goroutine, "goroutine"}, std::pair{StatsBy::Task, "task"},
                               std::pair{StatsBy::Region, "region"},       std::pair{StatsBy::Type, "type"}};

constexpr StatsColumn kFileColumns[] = {
    {"max STW", Unit::Duration, "max-stw"},
    {"max GC", Unit::Duration, "max-gc"},
    {"p99 sched", Unit::Duration, "p99-sched"},
    {"blocked", Unit::Duration, "blocked"},
    {"heap", Unit::Bytes, "heap"},
    {"goroutines", Unit::Number, "goroutines"},
    {"duration", Unit::Duration, "duration"},
    {"verdict", Unit::Text, ""},
};
constexpr StatsColumn kFunctionColumns[] = {
    {"execution", Unit::Duration, "execution"},
    {"sched wait", Unit::Duration, "sched-wait"},
    {"p99 sched", Unit::Duration, "p99-sched"},
    {"blocked", Unit::Duration, "blocked"},
    {"syscall", Unit::Duration, "syscall"},
    {"GC", Unit::Duration, "gc"},
    {"total", Unit::Duration, "total"},
    {"goroutines", Unit::Number, "goroutines"},
    {"function", Unit::Text, ""},
};
constexpr StatsColumn kGoroutineColumns[] = {
    {"execution", Unit::Duration, "execution"},
    {"sched wait", Unit::Duration, "sched-wait"},
    {"blocked", Unit::Duration, "blocked"},
    {"syscall", Unit::Duration, "syscall"},
    {"GC", Unit::Duration, "gc"},
    {"total", Unit::Duration, "total"},
    {"goroutine", Unit::Id, ""},
    {"function", Unit::Text, ""},
};
constexpr StatsColumn kTaskColumns[] = {
    {"duration", Unit::Duration, "duration"},
    {"begin", Unit::Moment, ""},
    {"sub-tasks", Unit::Number, "sub-tasks"},
    {"parent", Unit::Id, ""},
    {"task", Unit::Id, ""},
    {"name", Unit::Text, ""},
};
constexpr StatsColumn kRegionColumns[] = {
    {"total", Unit::Duration, "total"}, {"count", Unit::Number, "count"},     {"unended", Unit::Number, ""},
    {"min", Unit::Duration, ""},        {"median", Unit::Duration, "median"}, {"p99", Unit::Duration, "p99"},
    {"max", Unit::Duration, "max"},     {"region", Unit::Text, ""},
};
constexpr StatsColumn kTypeColumns[] = {
    {"bytes", Unit::Number, "bytes"}, {"count", Unit::Number, "count"}, {"event", Unit::Text, ""}};

std::span<const StatsColumn> columns(StatsBy by) {
  switch (by) {
    case StatsBy::File: return kFileColumns;
    case StatsBy::Function: return kFunctionColumns;
    case StatsBy::Goroutine: return kGoroutineColumns;
    case StatsBy::Task: return kTaskColumns;
    case StatsBy::Region: return kRegionColumns;
    case StatsBy::Type: return kTypeColumns;
  }
  return {};
}

// Files stay in the order in which they were given.
std::optional<std::size_t> find_column(StatsBy by, std::string_view sort) {
  if (sort.empty()) return by == StatsBy::File ? std::nullopt : std::optional<std::size_t>(0);
  const std::span<const StatsColumn> all = columns(by);
  const auto found = std::find_if(all.begin(), all.end(), [&](const StatsColumn& c) { return c.sort_key == sort; });
  return found == all.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - all.begin()));
}

template <typename Cell>
Cell number(const std::optional<Time>& value) {
  return value ? Cell(*value) : Cell();
}

template <typename Cell>
Cell count(std::uint64_t value) {
  return Cell(static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX)));
}

template <typename Cell>
Cell text(const std::optional<std::string>& value) {
  return value ? Cell(*value) : Cell();
}

}  // namespace

Time collector_time(const TimesByName& ranges) {
  Time sum = 0;
  for (const auto& [name, time] : ranges) {
    if (name == "GC mark assist" || name == "GC incremental sweep") add_duration(sum, time);
  }
  return sum;
}

std::string_view stats_by_name(StatsBy by) { return kNames[static_cast<std::size_t>(by)].second; }

std::optional<StatsBy> find_stats_by(std::string_view name) {
  for (const auto& [by, known] : kNames) {
    if (known == name) return by;
  }
  return std::nullopt;
}

std::vector<std::string> stats_by_names() {
  std::vector<std::string> names;
  for (const auto& [by, name] : kNames) names.emplace_back(name);
  return names;
}

std::vector<std::string> stats_sort_keys(StatsBy by) {
  std::vector<std::string> keys;
  for (const StatsColumn& column : columns(by)) {
    if (!column.sort_key.empty()) keys.emplace_back(column.sort_key);
  }
  return keys;
}

bool StatsRows::can_sort(StatsBy by, const std::string& sort) { return find_column(by, sort).has_value(); }

StatsRows::StatsRows(StatsBy by, const std::string& sort, std::size_t top)
    : by_(by), sort_column_(find_column(by, sort)), top_(top) {}

// Rows

template <typename MakeJson>
void StatsRows::push(const Stats& stats, std::vector<Cell> cells, bool faint, bool json, MakeJson make_json) {
  Row row{stats.file, std::move(cells), faint, {}};
  if (json) row.json = json_line(stats_row_json(stats.file, stats_by_name(by_), make_json()));
  rows_.push_back(std::move(row));
  // Not at every row, so that sorting does not add up.
  if (top_ < SIZE_MAX / 4 && rows_.size() >= 2 * top_ + 1024) keep_top();
}

void StatsRows::add(const Stats& stats, bool json) {
  switch (by_) {
    case StatsBy::File: add_file(stats, json); break;
    case StatsBy::Function: add_functions(stats, json); break;
    case StatsBy::Goroutine: add_goroutines(stats, json); break;
    case StatsBy::Task: add_tasks(stats, json); break;
    case StatsBy::Region: add_regions(stats, json); break;
    case StatsBy::Type: add_types(stats, json); break;
  }
  keep_top();
}

void StatsRows::add(StatsRows&& other) {
  rows_.insert(rows_.end(), std::make_move_iterator(other.rows_.begin()), std::make_move_iterator(other.rows_.end()));
  left_out_ += other.left_out_;
  if (top_ != SIZE_MAX) keep_top();
}

void StatsRows::add_file(const Stats& stats, bool json) {
  std::vector<Cell> cells(std::size(kFileColumns));
  if (stats.summary) {
    const Summary& summary = *stats.summary;
    cells[0] = number<Cell>(summary.stop_the_world_all.greatest());
    cells[1] = number<Cell>(summary.gc_pauses.greatest());
    cells[2] = number<Cell>(summary.scheduling_latency.quantile(0.99));
    cells[3] = number<Cell>(summary.longest_blocked_at_end());
    if (summary.most_heap) cells[4] = count<Cell>(*summary.most_heap);
    cells[5] = count<Cell>(summary.most_goroutines);
    cells[6] = summary.span;
  }
  cells[7] = std::string(verdict_name(stats.verdict));
  push(stats, std::move(cells), false, json, [&] { return file_row_json(stats); });
}

void StatsRows::add_functions(const Stats& stats, bool json) {
  if (!stats.summary) return;
  for (const FunctionRow& row : stats.summary->functions) {
    push(stats,
         {row.times.execution, row.times.scheduling_wait, number<Cell>(row.scheduling_latency.quantile(0.99)),
          row.times.blocked, row.times.in_syscalls(), collector_time(row.ranges), row.total,
          count<Cell>(row.goroutines), text<Cell>(row.function)},
         row.system, json, [&] { return function_row_json(row); });
  }
}

void StatsRows::add_goroutines(const Stats& stats, bool json) {
  if (!stats.summary) return;
  for (const GoroutineRow& row : stats.summary->each_goroutine) {
    push(stats,
         {row.times.execution, row.times.scheduling_wait, row.times.blocked, row.times.in_syscalls(),
          collector_time(row.ranges), row.total, row.id, text<Cell>(row.function)},
         row.system, json, [&] { return goroutine_row_json(row); });
  }
}

void StatsRows::add_tasks(const Stats& stats, bool json) {
  if (!stats.summary) return;
  for (const TaskRow& row : stats.summary->each_task) {
    const Cell parent = row.parent ? Cell(static_cast<std::int64_t>(*row.parent)) : Cell();
    push(stats,
         {number<Cell>(row.duration()), number<Cell>(row.begin), count<Cell>(row.sub_tasks), parent,
          static_cast<std::int64_t>(row.id), text<Cell>(row.name)},
         false, json, [&] { return task_row_json(row); });
  }
}

void StatsRows::add_regions(const Stats& stats, bool json) {
  if (!stats.summary) return;
  for (const RegionRow& row : stats.summary->regions) {
    const Durations& durations = row.durations;
    push(stats,
         {durations.total(), count<Cell>(row.count), count<Cell>(row.unended), number<Cell>(durations.least()),
          number<Cell>(durations.quantile(0.5)), number<Cell>(durations.quantile(0.99)),
          number<Cell>(durations.greatest()), text<Cell>(row.name)},
         false, json, [&] { return region_row_json(row); });
  }
}

void StatsRows::add_types(const Stats& stats, bool json) {
  if (!stats.counts) return;
  for (const EventType type : types_by_bytes(*stats.counts)) {
    const TypeCount& found = stats.counts->types[static_cast<std::size_t>(type)];
    push(stats, {count<Cell>(found.bytes), count<Cell>(found.count), std::string(event_spec(type).name)}, false, json,
         [&] { return type_row_json(*stats.counts, type); });
  }
}

// What has no number comes last.
void StatsRows::keep_top() {
  if (sort_column_) {
    const std::size_t column = *sort_column_;
    std::stable_sort(rows_.begin(), rows_.end(), [column](const Row& a, const Row& b) {
      const auto* left = std::get_if<std::int64_t>(&a.cells[column]);
      const auto* right = std::get_if<std::int64_t>(&b.cells[column]);
      return left != nullptr && (right == nullptr || *left > *right);
    });
  }
  if (rows_.size() <= top_) return;
  left_out_ += rows_.size() - top_;
  rows_.resize(top_);
}

// Output

std::string StatsRows::shown(const Cell& cell, Unit unit) const {
  if (const auto* words = std::get_if<std::string>(&cell)) return escaped(*words);
  const auto* value = std::get_if<std::int64_t>(&cell);
  if (value == nullptr) return unit == Unit::Text ? "(not known)" : "-";
  switch (unit) {
    case Unit::Duration: return duration_text(*value);
    case Unit::Moment: return seconds_text(*value);
    case Unit::Bytes: return bytes_text(static_cast<std::uint64_t>(*value));
    case Unit::Id: return std::to_string(static_cast<std::uint64_t>(*value));
    default: return std::to_string(*value);
  }
}

std::string StatsRows::table(const Style& style, bool with_files) {
  keep_top();
  if (rows_.empty()) return {};
  const std::span<const StatsColumn> all = columns(by_);
  std::vector<std::string> headers;
  for (const StatsColumn& column : all) headers.emplace_back(column.header);
  if (with_files) headers.emplace_back("file");
  TextTable table(std::move(headers), with_files ? 2 : 1);
  if (sort_column_) table.keep(*sort_column_);
  for (const Row& row : rows_) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < all.size(); ++i) cells.push_back(shown(row.cells[i], all[i].unit));
    if (with_files) cells.push_back(escaped(row.file));
    table.add(std::move(cells), row.faint);
  }
  std::string out;
  table.print(out, style);
  return out;
}

std::string StatsRows::json_lines() {
  keep_top();
  std::string lines;
  for (const Row& row : rows_) lines += row.json + '\n';
  return lines;
}

}  // namespace tracecheck

#include "export/stats_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "export/at_end_text.h"
#include "export/escape.h"
#include "export/human.h"
#include "export/stats_rows.h"
#include "format/event_table.h"

namespace tracecheck {
namespace {

std::string known_time(const std::optional<Time>& time) { return time ? duration_text(*time) : "-"; }

std::string known_text(const std::optional<std::string>& text) { return text ? escaped(*text) : "(not known)"; }

void append_section(std::string& out, const TextTable& table, const Style& style) {
  if (table.empty()) return;
  out += '\n';
  table.print(out, style);
}

void tell_left_out(std::string& out, std::uint64_t count, std::string_view by) {
  if (count == 0) return;
  out += "and " + std::to_string(count) + " more: --top N shows N";
  if (!by.empty()) out += ", --by " + std::string(by) + " all";
  out += '\n';
}

// The first line, and what is a number for the whole trace.

std::string headline(const Stats& stats) {
  std::string out = escaped(stats.file) + ": " + version_text(*stats.version);
  if (stats.counts) out += ", " + bytes_text(stats.counts->bytes);
  if (stats.counts && stats.verdict == Verdict::Corrupt) out += " up to the damage";
  if (stats.summary) {
    out += ", " + duration_text(stats.summary->span) + ", " + counted(stats.summary->events, "event");
    if (stats.summary->salvaged > 0) out += ", of these " + std::to_string(stats.summary->salvaged) + " salvaged";
  }
  return out + '\n';
}

std::string facts(const Summary& summary) {
  std::string out;
  if (summary.goroutines > 0) {
    out += "goroutines  " + std::to_string(summary.goroutines) + ", at most " +
           std::to_string(summary.most_goroutines) + " at one time, " + std::to_string(summary.at_end.size()) +
           " at the end\n";
  }
  if (summary.most_heap || summary.most_heap_goal) {
    out += "heap        at most " + (summary.most_heap ? bytes_text(*summary.most_heap) : "(not known)") + ", goal " +
           (summary.most_heap_goal ? bytes_text(*summary.most_heap_goal) : "(not known)") + "\n";
  }
  return out;
}

// Durations

std::vector<std::string> duration_cells(const Durations& durations, std::uint64_t open, std::string name) {
  return {std::to_string(durations.count()),    std::to_string(open),
          known_time(durations.least()),        known_time(durations.quantile(0.5)),
          known_time(durations.quantile(0.99)), known_time(durations.greatest()),
          duration_text(durations.total()),     std::move(name)};
}

TextTable durations_table(std::string name) {
  return TextTable({"count", "unended", "min", "median", "p99", "max", "total", std::move(name)});
}

TextTable pauses(const Summary& summary) {
  TextTable table = durations_table("pause");
  for (const PauseRow& row : summary.stop_the_world) {
    table.add(duration_cells(row.durations, row.unended, "stop-the-world (" + known_text(row.kind) + ")"));
  }
  if (summary.stop_the_world.size() > 1) {
    std::uint64_t unended = 0;
    for (const PauseRow& row : summary.stop_the_world) unended += row.unended;
    table.add(duration_cells(summary.stop_the_world_all, unended, "stop-the-world, all"));
  }
  if (summary.gc_cycles.count() + summary.gc_unended > 0) {
    table.add(duration_cells(summary.gc_cycles, summary.gc_unended, "GC concurrent mark phase"), true);
  }
  return table;
}

TextTable tasks(const Summary& summary, std::size_t top, std::uint64_t& left_out) {
  TextTable table = durations_table("task");
  std::uint64_t count = 0;
  for (const TaskGroup& row : summary.tasks) {
    if (row.count == 0 || ++count > top) continue;
    table.add(duration_cells(row.durations, row.unended, known_text(row.name)));
  }
  left_out = count - std::min<std::uint64_t>(count, top);
  return table;
}

// Scheduling latency, a bar for each factor of four.
void append_latency(std::string& out, const Durations& latency, const Style& style) {
  if (latency.count() == 0) return;
  TextTable table({"count", "median", "p90", "p99", "p99.9", "max", "scheduling latency"});
  table.add({std::to_string(latency.count()), known_time(latency.quantile(0.5)), known_time(latency.quantile(0.9)),
             known_time(latency.quantile(0.99)), known_time(latency.quantile(0.999)), known_time(latency.greatest()),
             "from runnable to running"});
  append_section(out, table, style);
  const auto counts = latency.by_power_of_two();
  std::vector<std::uint64_t> bars;
  for (std::size_t i = 0; i < counts.size(); i += 2) {
    bars.push_back(counts[i] + (i + 1 < counts.size() ? counts[i + 1] : 0));
  }
  const auto is_used = [](std::uint64_t count) { return count > 0; };
  const auto first = static_cast<std::size_t>(std::find_if(bars.begin(), bars.end(), is_used) - bars.begin());
  while (bars.back() == 0) bars.pop_back();
  const std::uint64_t most = *std::max_element(bars.begin(), bars.end());
  constexpr std::size_t kBar = 40;
  for (std::size_t i = first; i < bars.size(); ++i) {
    const auto length = static_cast<std::size_t>(static_cast<double>(bars[i]) / static_cast<double>(most) * kBar + 0.5);
    char row[64];
    const std::string from = i == 0 ? "0ns" : duration_text(Time{1} << (2 * i));
    std::snprintf(row, sizeof row, "%10llu  ", static_cast<unsigned long long>(bars[i]));
    out += std::string(8 - std::min<std::size_t>(8, columns_of(from)), ' ') + from + row;
    // What is there is seen, however little it is.
    for (std::size_t column = 0; column < std::max<std::size_t>(length, bars[i] > 0 ? 1 : 0); ++column) out += "█";
    while (out.back() == ' ') out.pop_back();
    out += '\n';
  }
}

// Goroutines

// What is a row by itself, and the longest first.
TextTable blocked(const Summary& summary, std::size_t top, std::uint64_t& left_out) {
  struct Wait {
    Time time;
    const FunctionRow* row;
    std::string reason;
  };
  std::vector<Wait> waits;
  for (const FunctionRow& row : summary.functions) {
    if (row.system) continue;
    for (const auto& [reason, time] : row.blocked) {
      waits.push_back({time, &row, reason ? escaped(*reason) : "(not told)"});
    }
  }
  std::stable_sort(waits.begin(), waits.end(), [](const Wait& a, const Wait& b) { return a.time > b.time; });
  TextTable table({"blocked", "reason", "function"}, 2);
  for (std::size_t i = 0; i < std::min(top, waits.size()); ++i) {
    table.add({duration_text(waits[i].time), waits[i].reason, known_text(waits[i].row->function)});
  }
  left_out = waits.size() - std::min(top, waits.size());
  return table;
}

void append_rows(std::string& out, StatsBy by, const Stats& stats, std::size_t top, const Style& style) {
  StatsRows rows(by, "", top);
  rows.add(stats, false);
  const std::string table = rows.table(style, false);
  if (table.empty()) return;
  out += '\n' + table;
  tell_left_out(out, rows.left_out(), stats_by_name(by));
}

void append_summary(std::string& out, const Stats& stats, std::size_t top, const Style& style) {
  const Summary& summary = *stats.summary;
  out += facts(summary);
  append_section(out, pauses(summary), style);
  append_latency(out, summary.scheduling_latency, style);
  append_rows(out, StatsBy::Function, stats, top, style);
  std::uint64_t left_out = 0;
  append_section(out, blocked(summary, top, left_out), style);
  tell_left_out(out, left_out, "");
  append_at_end(out, summary, top, style);
  append_section(out, tasks(summary, top, left_out), style);
  tell_left_out(out, left_out, "");
  append_rows(out, StatsBy::Region, stats, top, style);
}

// The bytes

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%.1f%%", 100 * share(part, whole));
  return buffer;
}

std::string average(const TypeCount& count) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.1f", share(count.bytes, count.count));
  return buffer;
}

void append_counts(std::string& out, const EventCounts& counts, std::size_t top, const Style& style) {
  std::uint64_t total = 0;
  for (const TypeCount& c : counts.types) total += c.count;
  TextTable events({"count", "of all", "bytes", "of all", "bytes each", "event"});
  const std::vector<EventType> types = types_by_bytes(counts);
  const std::size_t shown = std::min(top, types.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const EventType type = types[i];
    const TypeCount& c = counts.types[static_cast<std::size_t>(type)];
    events.add({std::to_string(c.count), percent(c.count, total), std::to_string(c.bytes),
                percent(c.bytes, counts.bytes), average(c), std::string(event_spec(type).name)});
  }
  append_section(out, events, style);
  tell_left_out(out, types.size() - shown, "type");

  TextTable generations({"generation", "at byte", "bytes", "batches", "events"}, 0);
  for (const GenerationCount& g : counts.generations) {
    generations.add({std::to_string(g.id), std::to_string(g.offset), std::to_string(g.bytes), std::to_string(g.batches),
                     std::to_string(g.events)});
  }
  append_section(out, generations, style);
}

}  // namespace

std::string stats_text(const Stats& stats, std::size_t top, const Style& style) {
  if (!stats.version) return {};
  std::string out = headline(stats);
  if (stats.summary) append_summary(out, stats, top, style);
  if (stats.counts) append_counts(out, *stats.counts, top, style);
  return out;
}

}  // namespace tracecheck

#include "export/report_data.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/frames_record.h"
#include "export/escape.h"
#include "export/human.h"
#include "export/json_value.h"
#include "export/lost_text.h"
#include "export/report_tables.h"
#include "export/report_timeline.h"
#include "export/stack_text.h"
#include "export/verdict_json.h"
#include "export/verify_text.h"
#include "export/wall_time.h"
#include "format/clock.h"
#include "tracecheck/version.h"

namespace tracecheck {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostMessage = 1000;        // bytes shown of a log's
constexpr std::size_t kMostLogs = 1536U * 1024U;  // bytes of all, about
constexpr std::size_t kMostGroups = 2000;         // of goroutines at the end
constexpr std::size_t kMostIds = 100;             // listed of each group
constexpr std::size_t kMostPlaces = 100;          // that are damaged
constexpr std::size_t kMostGenerations = 200;     // the last ones
constexpr std::size_t kMostFunctions = 40;        // the busiest ones

Json time_or_null(const std::optional<Time>& time) { return time ? json_signed_number(*time) : Json(nullptr); }

// What verify says.

std::string tool_text() {
  std::string text = "tracecheck " + std::string(version());
  if (!commit().empty()) text += " (" + std::string(commit()) + ")";
  return text;
}

Json lines_json(const VerifyReport& verify) {
  Json list = Json::array();
  for (const VerifyLine& line : verify_lines(verify)) list.push_back({line.label, valid_utf8(line.text)});
  return list;
}

Json lost_json(const VerifyReport& verify) {
  std::vector<Damage> places = verify.damage;
  if (places.size() > kMostPlaces) places.resize(kMostPlaces);
  Json generations = Json::array();
  const std::size_t count = verify.generations.size();
  for (std::size_t i = count - std::min(count, kMostGenerations); i < count; ++i) {
    const GenerationInfo& g = verify.generations[i];
    generations.push_back({{"id", json_number(g.id)},
                           {"state", generation_state_name(g.state)},
                           {"offset", json_number(g.offset)},
                           {"length", json_number(g.length)},
                           {"events", json_number(g.events)},
                           {"salvaged", json_number(g.salvaged)}});
  }
  return Json{{"damage", damage_list_json(places)},
              {"damaged_places", verify.damage.size()},
              {"salvageable", json_number(verify.salvageable)},
              {"logs_text_lost", json_number(verify.logs_text_lost)},
              {"generations", std::move(generations)},
              {"all_generations", count}};
}

// Logs: time, goroutine, task, category, message, salvaged, whether a text is lost. The latest first, until there is no
// more room.
Json logs_json(const RecentActivity& recent) {
  Json list = Json::array();
  std::size_t size = 0;
  for (auto log = recent.logs().rbegin(); log != recent.logs().rend() && size < kMostLogs; ++log) {
    const bool lost = log->lost_text[0] != 0 || log->lost_text[1] != 0;
    std::string category =
        log->lost_text[0] != 0 ? text_or_id({}, log->lost_text[0]) : escaped_start(log->category, kMostMessage / 5);
    std::string message = log->lost_text[1] != 0 ? text_or_id({}, log->lost_text[1])
                                                 : escaped_start(log->message, kMostMessage, log->more_text);
    size += category.size() + message.size() + 40;
    list.push_back({json_signed_number(log->time), json_id(log->goroutine),
                    log->task == kNoTask ? Json(0) : json_number(log->task), std::move(category), std::move(message),
                    log->salvaged ? 1 : 0, lost ? 1 : 0});
  }
  return list;
}

// The end

// Goroutines in the same place are shown together.
struct EndGroup {
  std::uint64_t count = 0;
  Time longest = 0;
  Time shortest = 0;
  bool since_start = false;
  bool salvaged = false;
  std::vector<GoroutineId> ids;
  const GoroutineAtEnd* first = nullptr;
};

std::vector<EndGroup> end_groups(const Summary& summary) {
  using Key = std::tuple<std::optional<std::string>, State, std::optional<std::string>, std::optional<std::size_t>>;
  std::map<Key, EndGroup> groups;
  for (const GoroutineAtEnd& goroutine : summary.at_end) {
    EndGroup& group = groups[{goroutine.function, goroutine.state, goroutine.reason, goroutine.stack}];
    if (group.count == 0) group.first = &goroutine;
    group.shortest = group.count == 0 ? goroutine.at_least : std::min(group.shortest, goroutine.at_least);
    group.longest = std::max(group.longest, goroutine.at_least);
    group.since_start = group.since_start || goroutine.since_start;
    group.salvaged = group.salvaged || goroutine.salvaged;
    ++group.count;
    if (group.ids.size() < kMostIds) group.ids.push_back(goroutine.id);
  }
  std::vector<EndGroup> sorted;
  for (auto& [key, group] : groups) sorted.push_back(std::move(group));
  std::stable_sort(sorted.begin(), sorted.end(), [](const EndGroup& a, const EndGroup& b) {
    return std::tuple(a.first->system, -a.longest) < std::tuple(b.first->system, -b.longest);
  });
  return sorted;
}

Json at_end_json(const Summary& summary, ReportTables& tables) {
  Json list = Json::array();
  const std::vector<EndGroup> groups = end_groups(summary);
  for (std::size_t i = 0; i < std::min(groups.size(), kMostGroups); ++i) {
    const EndGroup& group = groups[i];
    const GoroutineAtEnd& first = *group.first;
    Json ids = Json::array();
    for (const GoroutineId id : group.ids) ids.push_back(json_id(id));
    list.push_back({{"function", tables.text(first.function.value_or(""))},
                    {"system", first.system},
                    {"state", state_name(first.state)},
                    {"reason", tables.text(first.reason.value_or(""))},
                    {"count", group.count},
                    {"longest", json_signed_number(group.longest)},
                    {"shortest", json_signed_number(group.shortest)},
                    {"since_start", group.since_start},
                    {"salvaged", group.salvaged},
                    {"stack", first.stack ? tables.stack(summary.stacks[*first.stack]) : 0},
                    {"place", first.stack ? first_telling_frame(frames_of_record(summary.stacks[*first.stack])) : 0},
                    {"ids", std::move(ids)}});
  }
  return Json{{"goroutines", summary.at_end.size()}, {"all_groups", groups.size()}, {"groups", std::move(list)}};
}

// The whole trace

Json course_json(const Course& course) {
  Json steps = Json::array();
  for (const std::optional<std::uint64_t>& value : course.steps()) steps.push_back(json_number(value));
  return Json{{"width", json_signed_number(course.width())}, {"most", std::move(steps)}};
}

Json durations_json(const Durations& durations) {
  return Json{{"count", json_number(durations.count())},
              {"total", json_signed_number(durations.total())},
              {"median", time_or_null(durations.quantile(0.5))},
              {"p99", time_or_null(durations.quantile(0.99))},
              {"most", time_or_null(durations.greatest())}};
}

Json functions_json(const Summary& summary, ReportTables& tables) {
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(summary.functions.size(), kMostFunctions); ++i) {
    const FunctionRow& row = summary.functions[i];
    list.push_back({{"function", tables.text(row.function.value_or(""))},
                    {"system", row.system},
                    {"goroutines", json_number(row.goroutines)},
                    {"at_end", json_number(row.at_end)},
                    {"running", json_signed_number(row.times.execution)},
                    {"runnable", json_signed_number(row.times.scheduling_wait)},
                    {"blocked", json_signed_number(row.times.blocked)},
                    {"syscall", json_signed_number(row.times.in_syscalls())}});
  }
  return list;
}

Json whole_json(const TraceReport& report, ReportTables& tables) {
  const Summary& summary = report.summary;
  return Json{{"events", json_number(summary.events)},
              {"salvaged", json_number(summary.salvaged)},
              {"goroutines", json_number(summary.goroutines)},
              {"most_goroutines", json_number(summary.most_goroutines)},
              {"most_heap", json_number(summary.most_heap)},
              {"stops", durations_json(summary.stop_the_world_all)},
              {"gc_pauses", durations_json(summary.gc_pauses)},
              {"gc_cycles", durations_json(summary.gc_cycles)},
              {"latency", durations_json(summary.scheduling_latency)},
              {"functions", functions_json(summary, tables)},
              {"all_functions", summary.functions.size()},
              {"heap", course_json(report.recent.heap())},
              {"heap_goal", course_json(report.recent.heap_goal())},
              {"goroutine_count", course_json(report.recent.goroutines())}};
}

}  // namespace

Json report_data(const TraceReport& report, const std::string& file, int exit) {
  const VerifyReport& verify = report.verify;
  ReportTables tables;
  Json data;
  data["schema"] = "tracecheck.report/1";
  data["tool"] = tool_text();
  data["file"] = escaped(file);
  data["verdict"] = verdict_name(verify.verdict);
  data["exit"] = exit;
  data["message"] = verify.message.empty() ? Json(nullptr) : Json(escaped(verify.message));
  data["go_version"] = verify.version ? Json(version_text(*verify.version)) : Json(nullptr);
  data["segments"] = verify.segments.size();
  data["start_wall"] =
      verify.start && verify.snapshot ? Json(wall_time_at(*verify.snapshot, *verify.start)) : Json(nullptr);
  data["lines"] = lines_json(verify);
  data["lost"] = lost_json(verify);
  data["timeline"] = report_timeline(report.recent, tables);
  data["logs"] = logs_json(report.recent);
  data["all_logs"] = json_number(report.recent.log_count());
  data["at_end"] = at_end_json(report.summary, tables);
  data["whole"] = whole_json(report, tables);
  data["texts"] = tables.texts();
  data["stacks"] = tables.stacks();
  data["frames"] = tables.frames();
  data["stacks_left_out"] = tables.stacks_left_out();
  return data;
}

}  // namespace tracecheck

#include "export/stats_json.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "analysis/frames_record.h"
#include "export/json_value.h"
#include "export/verdict_json.h"
#include "format/event_table.h"
#include "tracecheck/version.h"

namespace tracecheck {
namespace {

using Json = nlohmann::ordered_json;

Json time_json(const std::optional<Time>& time) { return time ? json_signed_number(*time) : Json(nullptr); }

void put_optional_text(Json& object, const std::string& name, const std::optional<std::string>& text) {
  if (text) {
    put_text(object, name, *text);
  } else {
    object[name] = nullptr;
  }
}

Json durations_json(const Durations& durations) {
  Json json;
  json["count"] = json_number(durations.count());
  json["min"] = time_json(durations.least());
  json["median"] = time_json(durations.quantile(0.5));
  json["p90"] = time_json(durations.quantile(0.9));
  json["p99"] = time_json(durations.quantile(0.99));
  json["p999"] = time_json(durations.quantile(0.999));
  json["max"] = time_json(durations.greatest());
  json["total"] = json_signed_number(durations.total());
  return json;
}

Json histogram_json(const Durations& durations) {
  Json buckets = Json::array();
  const auto counts = durations.by_power_of_two();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const std::uint64_t from = i == 0 ? 0 : std::uint64_t{1} << i;
    buckets.push_back({{"from", json_number(from)},
                       {"below", json_number(std::uint64_t{2} << i)},
                       {"count", json_number(counts[i])}});
  }
  return buckets;
}

Json times_json(const TimesByName& times, const std::string& name) {
  Json list = Json::array();
  for (const auto& [text, time] : times) {
    Json entry;
    put_optional_text(entry, name, text);
    entry["time"] = json_signed_number(time);
    list.push_back(std::move(entry));
  }
  return list;
}

void put_states(Json& json, const StateTimes& times) {
  json["execution"] = json_signed_number(times.execution);
  json["scheduling_wait"] = json_signed_number(times.scheduling_wait);
  json["blocked"] = json_signed_number(times.blocked);
  json["syscall"] = json_signed_number(times.syscall);
  json["syscall_block"] = json_signed_number(times.syscall_block);
}

// What rows of goroutines and functions have in common.
template <typename Row>
void put_times(Json& json, const Row& row) {
  put_states(json, row.times);
  json["blocked_by"] = times_json(row.blocked, "reason");
  json["ranges"] = times_json(row.ranges, "name");
  json["regions"] = json_signed_number(row.regions);
  json["total"] = json_signed_number(row.total);
}

Json frames_json(const std::string& record) {
  Json frames = Json::array();
  const auto put = [](Json& frame, const std::string& name, std::string_view text, std::uint64_t lost) {
    put_optional_text(frame, name, lost == 0 ? std::optional(std::string(text)) : std::nullopt);
  };
  for (const Frame& frame : frames_of_record(record)) {
    Json json;
    put(json, "func", frame.function, frame.lost_function);
    put(json, "file", frame.file, frame.lost_file);
    json["line"] = json_number(frame.line);
    frames.push_back(std::move(json));
  }
  return frames;
}

Json at_end_json(const Summary& summary) {
  Json list = Json::array();
  for (const GoroutineAtEnd& row : summary.at_end) {
    Json json;
    json["goroutine"] = json_id(row.id);
    put_optional_text(json, "function", row.function);
    json["system"] = row.system;
    json["state"] = state_name(row.state);
    put_optional_text(json, "reason", row.reason);
    json["at_least"] = json_signed_number(row.at_least);
    json["since_start"] = row.since_start;
    json["salvaged"] = row.salvaged;
    json["stack"] = row.stack ? frames_json(summary.stacks[*row.stack]) : Json(nullptr);
    list.push_back(std::move(json));
  }
  return list;
}

Json pauses_json(const Summary& summary) {
  Json kinds = Json::array();
  for (const PauseRow& row : summary.stop_the_world) {
    Json json;
    put_optional_text(json, "kind", row.kind);
    json["durations"] = durations_json(row.durations);
    json["unended"] = json_number(row.unended);
    kinds.push_back(std::move(json));
  }
  return {{"durations", durations_json(summary.stop_the_world_all)}, {"kinds", std::move(kinds)}};
}

Json task_group_json(const TaskGroup& row) {
  Json json;
  put_optional_text(json, "name", row.name);
  json["count"] = json_number(row.count);
  json["unended"] = json_number(row.unended);
  json["only_ended"] = json_number(row.only_ended);
  json["durations"] = durations_json(row.durations);
  return json;
}

template <typename Row>
Json rows_json(const std::vector<Row>& rows, Json (*row_json)(const Row&)) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(row_json(row));
  return list;
}

Json summary_json(const Summary& summary) {
  Json json;
  json["duration"] = json_signed_number(summary.span);
  json["events"] = json_number(summary.events);
  json["salvaged"] = json_number(summary.salvaged);
  json["goroutines"] = json_number(summary.goroutines);
  json["most_goroutines"] = json_number(summary.most_goroutines);
  json["most_heap"] = json_number(summary.most_heap);
  json["most_heap_goal"] = json_number(summary.most_heap_goal);
  json["stop_the_world"] = pauses_json(summary);
  json["gc"] = {{"pauses", durations_json(summary.gc_pauses)},
                {"cycles", durations_json(summary.gc_cycles)},
                {"began_before", json_number(summary.gc_began_before)},
                {"unended", json_number(summary.gc_unended)}};
  json["scheduling_latency"] = {{"durations", durations_json(summary.scheduling_latency)},
                                {"histogram", histogram_json(summary.scheduling_latency)}};
  json["functions"] = rows_json(summary.functions, function_row_json);
  json["at_end"] = at_end_json(summary);
  json["tasks"] = rows_json(summary.tasks, task_group_json);
  json["regions"] = rows_json(summary.regions, region_row_json);
  return json;
}

void put_counts(Json& document, const EventCounts& counts) {
  document["bytes"] = json_number(counts.bytes);
  for (const EventType type : types_by_bytes(counts)) document["event_types"].push_back(type_row_json(counts, type));
  for (const GenerationCount& g : counts.generations) {
    document["generations"].push_back({{"id", json_number(g.id)},
                                       {"offset", json_number(g.offset)},
                                       {"bytes", json_number(g.bytes)},
                                       {"batches", json_number(g.batches)},
                                       {"events", json_number(g.events)}});
  }
}

}  // namespace

Json stats_json(const Stats& stats) {
  Json document;
  document["schema"] = "tracecheck.stats/1";
  document["tool"] = "tracecheck " + std::string(version());
  put_text(document, "file", stats.file);
  document["verdict"] = verdict_name(stats.verdict);
  document["exit"] = stats.exit;
  document["message"] = stats.message.empty() ? Json(nullptr) : Json(valid_utf8(stats.message));
  document["go_version"] = stats.version ? Json("1." + std::to_string(minor_of(*stats.version))) : Json(nullptr);
  document["summary"] = stats.summary ? summary_json(*stats.summary) : Json(nullptr);
  document["bytes"] = nullptr;
  document["event_types"] = Json::array();
  document["generations"] = Json::array();
  if (stats.counts) put_counts(document, *stats.counts);
  document["damage"] = damage_list_json(stats.damage);
  return document;
}

Json stats_row_json(const std::string& file, std::string_view by, Json row) {
  Json json;
  json["schema"] = "tracecheck.stats-row/1";
  put_text(json, "file", file);
  json["by"] = by;
  json["row"] = std::move(row);
  return json;
}

Json file_row_json(const Stats& stats) {
  Json json;
  json["verdict"] = verdict_name(stats.verdict);
  json["exit"] = stats.exit;
  const Summary none;
  const bool known = stats.summary.has_value();
  const Summary& summary = known ? *stats.summary : none;
  json["max_stw"] = time_json(summary.stop_the_world_all.greatest());
  json["max_gc"] = time_json(summary.gc_pauses.greatest());
  json["p99_sched"] = time_json(summary.scheduling_latency.quantile(0.99));
  json["blocked"] = time_json(summary.longest_blocked_at_end());
  json["heap"] = json_number(summary.most_heap);
  json["goroutines"] = known ? json_number(summary.most_goroutines) : Json(nullptr);
  json["duration"] = known ? json_signed_number(summary.span) : Json(nullptr);
  json["events"] = known ? json_number(summary.events) : Json(nullptr);
  json["salvaged"] = known ? json_number(summary.salvaged) : Json(nullptr);
  return json;
}

Json type_row_json(const EventCounts& counts, EventType type) {
  const TypeCount& count = counts.types[static_cast<std::size_t>(type)];
  return {{"name", event_spec(type).name},
          {"type", static_cast<int>(type)},
          {"count", json_number(count.count)},
          {"bytes", json_number(count.bytes)}};
}

Json function_row_json(const FunctionRow& row) {
  Json json;
  put_optional_text(json, "function", row.function);
  json["system"] = row.system;
  json["goroutines"] = json_number(row.goroutines);
  json["at_end"] = json_number(row.at_end);
  put_times(json, row);
  json["scheduling_latency"] = durations_json(row.scheduling_latency);
  return json;
}

Json goroutine_row_json(const GoroutineRow& row) {
  Json json;
  json["goroutine"] = json_id(row.id);
  put_optional_text(json, "function", row.function);
  json["system"] = row.system;
  json["creator"] = row.creator ? json_id(*row.creator) : Json(nullptr);
  json["created"] = time_json(row.created);
  json["ended"] = time_json(row.ended);
  put_times(json, row);
  return json;
}

Json task_row_json(const TaskRow& row) {
  Json json;
  json["task"] = json_number(row.id);
  json["parent"] = json_number(row.parent);
  put_optional_text(json, "name", row.name);
  json["begin"] = time_json(row.begin);
  json["end"] = time_json(row.end);
  json["duration"] = time_json(row.duration());
  json["sub_tasks"] = json_number(row.sub_tasks);
  return json;
}

Json region_row_json(const RegionRow& row) {
  Json json;
  put_optional_text(json, "name", row.name);
  json["count"] = json_number(row.count);
  json["began_before"] = json_number(row.began_before);
  json["unended"] = json_number(row.unended);
  json["durations"] = durations_json(row.durations);
  put_states(json, row.times);
  return json;
}

}  // namespace tracecheck

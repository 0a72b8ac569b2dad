#include "export/verify_json.h"

#include "export/json_value.h"
#include "export/verdict_json.h"
#include "export/wall_time.h"
#include "format/clock.h"
#include "tracecheck/version.h"

namespace tracecheck {
namespace {

using Json = nlohmann::ordered_json;

std::string_view compression_name(Compression compression) {
  switch (compression) {
    case Compression::None: return "none";
    case Compression::Gzip: return "gzip";
    case Compression::Zstd: return "zstd";
  }
  return {};
}

Json generation_json(const GenerationInfo& g) {
  return Json{{"id", json_number(g.id)},           {"offset", json_number(g.offset)},
              {"length", json_number(g.length)},   {"state", generation_state_name(g.state)},
              {"events", json_number(g.events)},   {"batches", json_number(g.batches)},
              {"threads", json_number(g.threads)}, {"salvaged", json_number(g.salvaged)}};
}

Json generations_json(const VerifyReport& report) {
  Json list = Json::array();
  for (const GenerationInfo& g : report.generations) list.push_back(generation_json(g));
  return list;
}

void put_text_or_null(Json& object, const std::string& name, const std::optional<std::string>& text) {
  if (text) {
    put_text(object, name, *text);
  } else {
    object[name] = nullptr;
  }
}

Json log_json(const LastLog* log) {
  if (log == nullptr) return nullptr;
  Json object;
  object["time"] = log->trace_start ? json_signed_number(elapsed(*log->trace_start, log->time)) : Json(nullptr);
  object["goroutine"] = log->goroutine ? json_id(*log->goroutine) : Json(nullptr);
  object["task"] = log->task == kNoTask ? Json(nullptr) : json_number(log->task);
  put_text_or_null(object, "category", log->category);
  put_text_or_null(object, "message", log->message);
  return object;
}

Json time_json(const VerifyReport& report) {
  Json time;
  time["start"] = report.start ? Json(std::to_string(*report.start)) : Json(nullptr);
  time["start_wall"] =
      report.start && report.snapshot ? Json(wall_time_at(*report.snapshot, *report.start)) : Json(nullptr);
  const std::optional<std::int64_t> span = report.span();
  time["duration"] = span ? json_signed_number(*span) : Json(nullptr);
  time["frequency_source"] =
      report.frequency_source ? Json(frequency_source_name(*report.frequency_source)) : Json(nullptr);
  return time;
}

Json memory_json(const LastWords& last) {
  return Json{{"heap_live", json_number(last.heap_live)},
              {"heap_goal", json_number(last.heap_goal)},
              {"gc_on", last.gc_on ? Json(*last.gc_on) : Json(nullptr)}};
}

Json counts_json(const VerifyReport& report, Json& logs) {
  logs = Json{{"total", nullptr}, {"text_lost", nullptr}};
  if (!report.version) return Json{{"replayed", nullptr}, {"salvageable", nullptr}};
  logs = Json{{"total", json_number(report.logs)}, {"text_lost", json_number(report.logs_text_lost)}};
  return Json{{"replayed", json_number(report.events)}, {"salvageable", json_number(report.salvageable)}};
}

}  // namespace

Json verify_json(const VerifyReport& report, const std::string& file, int exit) {
  const bool readable = report.verdict != Verdict::Unreadable;
  Json document;
  document["schema"] = "tracecheck.verify/1";
  document["tool"] = "tracecheck " + std::string(version());
  put_text(document, "file", file);
  document["verdict"] = verdict_name(report.verdict);
  document["exit"] = exit;
  document["message"] = report.message.empty() ? Json(nullptr) : Json(valid_utf8(report.message));
  document["input"] = {
      {"bytes", readable ? json_number(report.bytes) : Json(nullptr)},
      {"packed_bytes", report.compression == Compression::None ? Json(nullptr) : json_number(report.bytes_in)},
      {"compression", readable ? Json(compression_name(report.compression)) : Json(nullptr)}};
  document["go_version"] = report.version ? Json("1." + std::to_string(minor_of(*report.version))) : Json(nullptr);
  document["segments"] = segments_json(report.segments);
  document["generations"] = generations_json(report);
  Json logs;
  document["events"] = counts_json(report, logs);
  document["logs"] = std::move(logs);
  document["time"] = time_json(report);
  document["damage"] = damage_list_json(report.damage);
  Json causes = Json::array();
  for (const Cause& cause : report.causes) causes.push_back(cause.text);
  document["end"] = {{"kind", report.end_kind.empty() ? Json(nullptr) : Json(report.end_kind)},
                     {"causes", std::move(causes)}};
  document["last_log"] = log_json(report.last.last_log());
  const auto& readable_log = report.last.readable_log;
  document["last_readable_log"] = log_json(readable_log ? &*readable_log : nullptr);
  document["last_memory"] = memory_json(report.last);
  document["notes"] = report.notes;
  return document;
}

}  // namespace tracecheck

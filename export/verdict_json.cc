#include "export/verdict_json.h"

#include <string>
#include <variant>

#include "export/json_value.h"
#include "reader/event_totals.h"

namespace tracecheck {
namespace {

using Json = nlohmann::ordered_json;

// Why there is a verdict where no damaged place tells it.
Json reason(const Ending& ending) {
  const std::string message = message_of(ending);
  if (message.empty() || std::holds_alternative<NotATrace>(ending)) return nullptr;
  return valid_utf8(message);
}

}  // namespace

Json damage_json(const Damage& damage) {
  Json json;
  json["code"] = damage_code_name(damage.code);
  json["severity"] = severity_name(damage.severity);
  json["offset"] = json_number(damage.offset);
  json["length"] = json_number(damage.length);
  json["generation"] = json_number(damage.generation);
  json["batch"] = json_number(damage.batch);
  json["thread"] = damage.thread ? json_id(*damage.thread) : Json();
  json["reading"] = reading_name(damage.reading);
  json["found"] = damage.found.empty() ? Json() : Json(valid_utf8(damage.found));
  json["message"] = valid_utf8(damage.message);
  json["resumes_at"] = json_number(damage.resumes_at);
  json["lost"] = json_number(damage.lost);
  return json;
}

Json damage_list_json(const std::vector<Damage>& damage) {
  Json list = Json::array();
  for (const Damage& d : damage) list.push_back(damage_json(d));
  return list;
}

Json segments_json(const std::vector<Segment>& segments) {
  Json list = Json::array();
  for (const Segment& segment : segments) {
    list.push_back(Json{{"offset", json_number(segment.offset)},
                        {"go_version", "1." + std::to_string(minor_of(segment.version))},
                        {"verdict", verdict_name(segment.verdict)}});
  }
  return list;
}

Json verdict_json(const SalvageReader& reader, int exit, const TraceName* name) {
  const EventTotals totals = totals_of(reader.generations());
  Json json;
  json["kind"] = "Verdict";
  if (name != nullptr) {
    put_text(json, "trace", name->path);
    name->host ? put_text(json, "host", *name->host) : void(json["host"] = nullptr);
    name->label ? put_text(json, "label", *name->label) : void(json["label"] = nullptr);
  }
  json["verdict"] = verdict_name(reader.verdict());
  json["exit"] = exit;
  json["events"] = json_number(totals.events);
  json["salvaged"] = json_number(totals.salvaged);
  const std::optional<FrequencySource> frequency = reader.frequency_source();
  json["frequency_source"] = frequency ? Json(frequency_source_name(*frequency)) : Json(nullptr);
  json["segments"] = segments_json(reader.segments());
  json["message"] = reason(reader.ending());
  json["damage"] = damage_list_json(reader.damage());
  return json;
}

}  // namespace tracecheck

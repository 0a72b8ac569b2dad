#include "export/stats_output.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "export/human.h"
#include "export/json_value.h"
#include "export/verdict_json.h"
#include "format/event_table.h"
#include "tracecheck/version.h"

namespace tracecheck {
namespace {

std::vector<EventType> by_bytes(const EventCounts& counts) {
  std::vector<EventType> types;
  for (std::size_t i = 0; i < counts.types.size(); ++i) {
    if (counts.types[i].count > 0) types.push_back(static_cast<EventType>(i));
  }
  std::stable_sort(types.begin(), types.end(), [&](EventType a, EventType b) {
    return counts.types[static_cast<std::size_t>(a)].bytes > counts.types[static_cast<std::size_t>(b)].bytes;
  });
  return types;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

template <typename... Values>
void line(std::string& out, const char* format, Values... values) {
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, format, values...);
  out += buffer;
}

}  // namespace

std::string stats_text(const EventCounts& counts, const std::string& file, bool color) {
  const char* bold = color ? "\x1b[1m" : "";
  const char* plain = color ? "\x1b[0m" : "";
  if (!counts.version) return {};
  std::string out = file + ": go 1." + std::to_string(minor_of(*counts.version)) + ", " + bytes_text(counts.bytes) + "\n\n";
  line(out, "%s%-22s %12s %7s %12s %7s %8s%s\n", bold, "event", "count", "", "bytes", "", "each", plain);
  std::uint64_t total = 0;
  for (const TypeCount& c : counts.types) total += c.count;
  for (const EventType type : by_bytes(counts)) {
    const TypeCount& c = counts.types[static_cast<std::size_t>(type)];
    line(out, "%-22s %12llu %6.1f%% %12llu %6.1f%% %8.1f\n", std::string(event_spec(type).name).c_str(),
         static_cast<unsigned long long>(c.count), 100 * share(c.count, total), static_cast<unsigned long long>(c.bytes),
         100 * share(c.bytes, counts.bytes), share(c.bytes, c.count));
  }
  line(out, "\n%s%-22s %12s %12s %12s %12s%s\n", bold, "generation", "at byte", "bytes", "batches", "events", plain);
  for (const GenerationCount& g : counts.generations) {
    line(out, "%-22llu %12llu %12llu %12llu %12llu\n", static_cast<unsigned long long>(g.id),
         static_cast<unsigned long long>(g.offset), static_cast<unsigned long long>(g.bytes),
         static_cast<unsigned long long>(g.batches), static_cast<unsigned long long>(g.events));
  }
  return out;
}

nlohmann::ordered_json stats_json(const EventCounts& counts, const std::string& file, int exit) {
  using Json = nlohmann::ordered_json;
  Json document;
  document["schema"] = "tracecheck.stats/1";
  document["tool"] = "tracecheck " + std::string(version());
  document["file"] = valid_utf8(file);
  document["verdict"] = verdict_name(counts.verdict);
  document["exit"] = exit;
  document["message"] = counts.message.empty() ? Json(nullptr) : Json(valid_utf8(counts.message));
  document["go_version"] = counts.version ? Json("1." + std::to_string(minor_of(*counts.version))) : Json(nullptr);
  document["bytes"] = counts.version ? json_number(counts.bytes) : Json(nullptr);
  document["event_types"] = Json::array();
  for (const EventType type : by_bytes(counts)) {
    const TypeCount& c = counts.types[static_cast<std::size_t>(type)];
    document["event_types"].push_back({{"name", event_spec(type).name},
                                       {"type", static_cast<int>(type)},
                                       {"count", json_number(c.count)},
                                       {"bytes", json_number(c.bytes)}});
  }
  document["generations"] = Json::array();
  for (const GenerationCount& g : counts.generations) {
    document["generations"].push_back({{"id", json_number(g.id)},
                                       {"offset", json_number(g.offset)},
                                       {"bytes", json_number(g.bytes)},
                                       {"batches", json_number(g.batches)},
                                       {"events", json_number(g.events)}});
  }
  document["damage"] = damage_list_json(counts.damage);
  return document;
}

}  // namespace tracecheck

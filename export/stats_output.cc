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

// A row of right-aligned columns behind a name.
void row(std::string& out, std::string_view name, std::initializer_list<std::string> columns) {
  out += name;
  out.append(name.size() < 22 ? 22 - name.size() : 1, ' ');
  for (const std::string& column : columns) {
    out.append(column.size() < 13 ? 13 - column.size() : 1, ' ');
    out += column;
  }
  out += '\n';
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

}  // namespace

std::string stats_text(const EventCounts& counts, const std::string& file, bool color) {
  const char* bold = color ? "\x1b[1m" : "";
  const char* plain = color ? "\x1b[0m" : "";
  if (!counts.version) return {};
  std::string out = file + ": " + version_text(*counts.version) + ", " + bytes_text(counts.bytes);
  out += counts.verdict == Verdict::Corrupt ? " up to the damage\n\n" : "\n\n";
  out += bold;
  row(out, "event", {"count", "of all", "bytes", "of all", "bytes each"});
  out += plain;
  std::uint64_t total = 0;
  for (const TypeCount& c : counts.types) total += c.count;
  for (const EventType type : by_bytes(counts)) {
    const TypeCount& c = counts.types[static_cast<std::size_t>(type)];
    row(out, event_spec(type).name,
        {std::to_string(c.count), percent(c.count, total), std::to_string(c.bytes), percent(c.bytes, counts.bytes),
         average(c)});
  }
  out += '\n';
  out += bold;
  row(out, "generation", {"at byte", "bytes", "batches", "events"});
  out += plain;
  for (const GenerationCount& g : counts.generations) {
    row(out, std::to_string(g.id),
        {std::to_string(g.offset), std::to_string(g.bytes), std::to_string(g.batches), std::to_string(g.events)});
  }
  return out;
}

nlohmann::ordered_json stats_json(const EventCounts& counts, const std::string& file, int exit) {
  using Json = nlohmann::ordered_json;
  Json document;
  document["schema"] = "tracecheck.stats/1";
  document["tool"] = "tracecheck " + std::string(version());
  put_text(document, "file", file);
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

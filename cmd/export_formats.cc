#include "cmd/export_formats.h"

#include <algorithm>
#include <array>

#include "cmd/command_line.h"
#include "export/chrome.h"
#include "export/csv.h"
#include "export/json_document.h"
#include "export/ndjson.h"
#include "export/perfetto.h"
#include "export/pprof.h"
#include "export/sqlite.h"
#include "export/timeline_format.h"

namespace tracecheck::cmd {
namespace {

EventMembers members(const ExportOptions& options) { return {.wall = options.wall, .stacks = !options.no_stacks}; }

std::unique_ptr<EventFormat> make_ndjson(const ExportOptions& options, const FormatInput& input) {
  std::optional<TraceName> name;
  if (input.is_one_of_many) name = input.name;
  return std::make_unique<NdjsonFormat>(members(options), std::move(name));
}

std::unique_ptr<EventFormat> make_json(const ExportOptions& options, const FormatInput& /*input*/) {
  return std::make_unique<JsonDocumentFormat>(members(options));
}

template <typename Encoder>
std::unique_ptr<EventFormat> make_timeline(const ExportOptions& options, const FormatInput& /*input*/) {
  QueryOptions but_times = options.query;
  but_times.since.clear();
  but_times.until.clear();
  TimelineOptions timeline;
  timeline.with_stacks = !options.no_stacks;
  timeline.with_counts = options.kinds.empty() && !but_times.selects_anything();
  timeline.windowed = !options.query.since.empty() || !options.query.until.empty();
  return std::make_unique<TimelineFormat>(std::make_unique<Encoder>(), timeline);
}

std::unique_ptr<EventFormat> make_csv(const ExportOptions& options, const FormatInput& input) {
  return std::make_unique<CsvFormat>(input.name.path, members(options), input.to_terminal, input.is_first);
}

std::unique_ptr<EventFormat> make_sqlite(const ExportOptions& options, const FormatInput& input) {
  return std::make_unique<SqliteFormat>(input.name, members(options));
}

std::unique_ptr<EventFormat> make_pprof(const ExportOptions& options, const FormatInput& /*input*/) {
  return std::make_unique<PprofFormat>(*find_profile(options.profile), !options.no_stacks);
}

constexpr std::array kFormats = {
    NamedFormat{"ndjson", "one JSON object a line, as it comes", Target::Anything, true, true, make_ndjson},
    NamedFormat{"json", "one document of the same objects", Target::Anything, false, true, make_json},
    NamedFormat{"chrome", "a timeline as Trace Event JSON", Target::Anything, false, false,
                make_timeline<ChromeEncoder>},
    NamedFormat{"perfetto", "a timeline for ui.perfetto.dev", Target::NoTerminal, false, false,
                make_timeline<PerfettoEncoder>},
    NamedFormat{"csv", "a row an event, RFC 4180", Target::Anything, true, true, make_csv},
    NamedFormat{"sqlite", "a database, needs -o", Target::File, true, true, make_sqlite},
    NamedFormat{"pprof", "for go tool pprof, needs --profile", Target::NoTerminal, false, false, make_pprof},
};

}  // namespace

const NamedFormat* find_format(std::string_view name) {
  const auto* found =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const NamedFormat& f) { return f.name == name; });
  return found == kFormats.end() ? nullptr : found;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const NamedFormat& format : kFormats) names.emplace_back(format.name);
  return names;
}

std::vector<std::string> formats_of_many() {
  std::vector<std::string> names;
  for (const NamedFormat& format : kFormats) {
    if (format.takes_many) names.emplace_back(format.name);
  }
  return names;
}

std::string formats_with_help() {
  std::vector<std::string> list;
  for (const NamedFormat& format : kFormats) {
    list.push_back(std::string(format.name) + " (" + std::string(format.what) + ")");
  }
  return listed(list, ", ");
}

}  // namespace tracecheck::cmd

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
std::unique_ptr<EventFormat> make_timeline(const ExportOptions& options, const FormatInput& input) {
  QueryOptions but_times = options.query;
  but_times.since.clear();
  but_times.until.clear();
  TimelineOptions timeline;
  timeline.with_stacks = !options.no_stacks;
  timeline.with_counts = options.kinds.empty() && !but_times.selects_anything();
  timeline.windowed = !options.query.since.empty() || !options.query.until.empty();
  timeline.wall = options.wall;
  timeline.wall_start = input.wall_start;
  return std::make_unique<TimelineFormat>(std::make_unique<Encoder>(), timeline);
}

std::unique_ptr<EventFormat> make_csv(const ExportOptions& options, const FormatInput& input) {
  return std::make_unique<CsvFormat>(input.name.path, members(options), input.to_terminal, input.is_first);
}

std::unique_ptr<EventFormat> make_sqlite(const ExportOptions& options, const FormatInput& input) {
  return std::make_unique<SqliteFormat>(input.name, members(options));
}

std::unique_ptr<EventFormat> make_pprof(const ExportOptions& options, const FormatInput& /*input*/) {
  const bool of_selection = options.query.selects_anything() || !options.kinds.empty();
  return std::make_unique<PprofFormat>(*find_profile(options.profile), !options.no_stacks, of_selection);
}

constexpr std::array kFormats = {
    NamedFormat{.name = "ndjson",
                .what = "one JSON object a line, as it comes",
                .target = Target::Anything,
                .several = Several::InTurn,
                .takes_labels = true,
                .tells_done = true,
                .make = make_ndjson},
    NamedFormat{.name = "json",
                .what = "one document of the same objects",
                .target = Target::Anything,
                .several = Several::Never,
                .takes_labels = false,
                .tells_done = false,
                .make = make_json},
    NamedFormat{.name = "chrome",
                .what = "a timeline as Trace Event JSON",
                .target = Target::Anything,
                .several = Several::SideBySide,
                .takes_labels = true,
                .tells_done = false,
                .make = make_timeline<ChromeEncoder>},
    NamedFormat{.name = "perfetto",
                .what = "a timeline for ui.perfetto.dev",
                .target = Target::NoTerminal,
                .several = Several::SideBySide,
                .takes_labels = true,
                .tells_done = false,
                .make = make_timeline<PerfettoEncoder>},
    NamedFormat{.name = "csv",
                .what = "a row an event, RFC 4180",
                .target = Target::Anything,
                .several = Several::InTurn,
                .takes_labels = false,
                .tells_done = false,
                .make = make_csv},
    NamedFormat{.name = "sqlite",
                .what = "a database, needs -o",
                .target = Target::File,
                .several = Several::InTurn,
                .takes_labels = true,
                .tells_done = true,
                .make = make_sqlite},
    NamedFormat{.name = "pprof",
                .what = "for go tool pprof, needs --profile",
                .target = Target::NoTerminal,
                .several = Several::Never,
                .takes_labels = false,
                .tells_done = false,
                .make = make_pprof},
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

std::vector<std::string> formats_that(bool (*have_it)(const NamedFormat& format)) {
  std::vector<std::string> names;
  for (const NamedFormat& format : kFormats) {
    if (have_it(format)) names.emplace_back(format.name);
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

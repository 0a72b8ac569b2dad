#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/query.h"
#include "cmd/command_line.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/query_options.h"
#include "export/chrome.h"
#include "export/csv.h"
#include "export/escape.h"
#include "export/export_events.h"
#include "export/json_document.h"
#include "export/ndjson.h"
#include "export/perfetto.h"
#include "export/pprof.h"
#include "export/sqlite.h"
#include "export/timeline_format.h"
#include "tracecheck/salvage.h"

namespace tracecheck::cmd {
namespace {

struct ExportOptions {
  Common common;
  std::vector<std::string> files;
  std::string format;
  std::string profile;
  std::string output = "-";
  std::vector<std::string> kinds;
  QueryOptions query;
  bool no_stacks = false;
  bool no_salvage = false;
  bool allow_truncated = false;
};

using MakeFormat = std::unique_ptr<EventFormat> (*)(const ExportOptions&, const Output&);

// What a format may be written to.
enum class Target : std::uint8_t { Anything, NoTerminal, File };

struct NamedFormat {
  std::string_view name;
  std::string_view what;  // for the help
  Target target;
  MakeFormat make;
};

template <typename Format>
std::unique_ptr<EventFormat> make_json(const ExportOptions& options, const Output& /*output*/) {
  return std::make_unique<Format>(!options.no_stacks);
}

template <typename Encoder>
std::unique_ptr<EventFormat> make_timeline(const ExportOptions& options, const Output& /*output*/) {
  QueryOptions but_times = options.query;
  but_times.since.clear();
  but_times.until.clear();
  TimelineOptions timeline;
  timeline.with_stacks = !options.no_stacks;
  timeline.with_counts = options.kinds.empty() && !but_times.selects_anything();
  timeline.windowed = !options.query.since.empty() || !options.query.until.empty();
  return std::make_unique<TimelineFormat>(std::make_unique<Encoder>(), timeline);
}

std::unique_ptr<EventFormat> make_csv(const ExportOptions& options, const Output& output) {
  return std::make_unique<CsvFormat>(!options.no_stacks, output.is_terminal());
}

std::unique_ptr<EventFormat> make_sqlite(const ExportOptions& options, const Output& output) {
  return std::make_unique<SqliteFormat>(output.temporary_file(), !options.no_stacks);
}

std::unique_ptr<EventFormat> make_pprof(const ExportOptions& options, const Output& /*output*/) {
  return std::make_unique<PprofFormat>(*find_profile(options.profile), !options.no_stacks);
}

constexpr std::array kFormats = {
    NamedFormat{"ndjson", "one JSON object a line, as it comes", Target::Anything, make_json<NdjsonFormat>},
    NamedFormat{"json", "one document of the same objects", Target::Anything, make_json<JsonDocumentFormat>},
    NamedFormat{"chrome", "a timeline as Trace Event JSON", Target::Anything, make_timeline<ChromeEncoder>},
    NamedFormat{"perfetto", "a timeline for ui.perfetto.dev", Target::Anything, make_timeline<PerfettoEncoder>},
    NamedFormat{"csv", "a row an event, RFC 4180", Target::Anything, make_csv},
    NamedFormat{"sqlite", "a database, needs -o", Target::File, make_sqlite},
    NamedFormat{"pprof", "for go tool pprof, needs --profile", Target::NoTerminal, make_pprof},
};

const NamedFormat* find_format(const std::string& name) {
  const auto* found =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const NamedFormat& f) { return f.name == name; });
  return found == kFormats.end() ? nullptr : found;
}

constexpr std::size_t kKinds = KindSet().size();

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<std::size_t> find_kind(std::string_view name) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (same_but_for_case(name, event_kind_name(static_cast<EventKind>(i)))) return i;
  }
  return std::nullopt;
}

// The kinds asked for; all if none is named.
KindSet kind_set(const std::vector<std::string>& names) {
  KindSet kinds;
  if (names.empty()) kinds.set();
  for (const std::string& name : names) {
    if (const auto kind = find_kind(name)) kinds.set(*kind);
  }
  return kinds;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const NamedFormat& format : kFormats) names.emplace_back(format.name);
  return names;
}

std::string formats_with_help() {
  std::vector<std::string> list;
  for (const NamedFormat& format : kFormats) {
    list.push_back(std::string(format.name) + " (" + std::string(format.what) + ")");
  }
  return listed(list, ", ");
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kKinds; ++i) names.emplace_back(event_kind_name(static_cast<EventKind>(i)));
  return names;
}

// At least one event other than a Sync came out.
bool any_events(const SalvageReader& reader) {
  return std::any_of(reader.generations().begin(), reader.generations().end(),
                     [](const GenerationInfo& g) { return g.events + g.salvaged > 0; });
}

// What keeps the format from being written there; "" if nothing does.
std::string unfit_target(const NamedFormat& format, const Output& output) {
  if (format.target == Target::File && output.temporary_file().empty()) {
    return "a database can only be written to a regular file: --format " + std::string(format.name) + " needs -o FILE";
  }
  if (format.target == Target::NoTerminal && output.is_terminal()) {
    return "--format " + std::string(format.name) + " is nothing to look at: it needs -o FILE, or a pipe";
  }
  return "";
}

// True if the format could not write its file.
bool tell_failure(const ExportOptions& options, const EventFormat& format) {
  if (!format.error().empty()) complain(escaped(options.output) + " " + format.error());
  return !format.error().empty();
}

// Writes what can be read; the exit code of the verdict. None, and a complaint, if nothing is to be kept of it.
std::optional<int> write_events(const ExportOptions& options, EventSelection selection, const std::string& file,
                                Output& output) {
  const std::unique_ptr<EventFormat> format = find_format(options.format)->make(options, output);
  EventExport exporter(*format, std::move(selection), output.sink());
  SalvageOptions salvage;
  salvage.salvage = !options.no_salvage;
  SalvageReader reader(open_input(file), salvage);
  if (!exporter.write_events(reader, workers_for_one(options.common), [&] { output.flush(); })) {
    if (exporter.error()) complain(about(file, *exporter.error()));
    tell_failure(options, *format);
    return std::nullopt;
  }
  const int status = exit_code(reader.verdict(), options.allow_truncated && any_events(reader));
  exporter.end(reader, status);
  if (tell_failure(options, *format)) return std::nullopt;
  tell_ending(file, reader);
  // A mistyped name must not replace an earlier result.
  const bool nothing_read = reader.verdict() == Verdict::Unreadable && !reader.version();
  return nothing_read && options.output != "-" ? std::nullopt : std::optional(status);
}

int run(const ExportOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("export", "export needs a file, or a trace on standard input");
  std::variant<Query, std::string> query = Query::make(options.query);
  if (const auto* problem = std::get_if<std::string>(&query)) return bad_usage("export", escaped(*problem));

  if (options.profile.empty() != (options.format != "pprof")) {
    return bad_usage("export", options.profile.empty() ? "--format pprof needs --profile " + listed(profile_names())
                                                       : "--profile is for --format pprof only");
  }

  if (is_same_file(options.output, files[0])) {
    return bad_usage("export", about(options.output, "is the trace that is read; no command changes its input"));
  }
  Output output(options.output);
  std::optional<int> status;
  if (output.error().empty()) {
    const std::string unfit = unfit_target(*find_format(options.format), output);
    if (!unfit.empty()) return bad_usage("export", unfit);
    status = write_events(options, {kind_set(options.kinds), std::get<Query>(std::move(query))}, files[0], output);
  }
  if (output.error().empty() && status) output.commit();
  if (output.error().empty() && status) return *status;
  if (!output.error().empty()) complain(output.error());
  return kUsage;
}

}  // namespace

void setup_export(CLI::App& app, int& status) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "write the events in a format that other programs read");
  command->footer(
      "Formats: " + formats_with_help() +
      ".\n\nWhat can be read is written, salvaged events marked; what is wrong is said on standard error.\n\nExit as "
      "verify's.");
  add_input(*command, "FILE", options->files, "the trace to read");
  add_text(*command, "--format", options->format, "what to write: " + listed(format_names()))
      ->type_name("F")
      ->required()
      ->check(one_of("format", format_names()));
  add_text(
      *command, "--profile", options->profile,
      "for pprof: where goroutines waited, by stack, as in go tool trace -pprof (net, sync, syscall, sched), or the "
      "samples of the CPU profile (cpu)")
      ->type_name("P")
      ->check(one_of("profile", profile_names()));
  add_output(*command, options->output, "write to FILE instead of standard output");
  add_texts(*command, "--kind", options->kinds, "only these kinds of events, e.g. Log,TaskBegin")
      ->type_name("K,...")
      ->allow_extra_args(false)  // what follows is the file
      ->delimiter(',')
      ->check(one_of("kind", kind_names(), [](const std::string& name) { return find_kind(name).has_value(); }))
      ->group("Selection");
  add_query_options(*command, options->query);
  command->add_flag("--no-stacks", options->no_stacks, "leave the stacks out");
  command->add_flag("--no-salvage", options->no_salvage, "leave out what stands behind the first damage");
  add_allow_truncated(*command, options->allow_truncated, Reads::OneFile);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

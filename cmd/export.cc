#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/query.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/flush_before_reading.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/query_options.h"
#include "export/escape.h"
#include "export/export_events.h"
#include "export/json_document.h"
#include "export/ndjson.h"
#include "tracecheck/salvage.h"

namespace tracecheck::cmd {
namespace {

struct ExportOptions {
  Common common;
  std::vector<std::string> files;
  std::string format;
  std::string output = "-";
  std::vector<std::string> kinds;
  QueryOptions query;
  bool no_stacks = false;
  bool no_salvage = false;
  bool allow_truncated = false;
};

using MakeFormat = std::unique_ptr<EventFormat> (*)(const ExportOptions&);

struct NamedFormat {
  std::string_view name;
  MakeFormat make;
};

template <typename Format>
std::unique_ptr<EventFormat> make_json(const ExportOptions& options) {
  return std::make_unique<Format>(!options.no_stacks);
}

constexpr std::array kFormats = {
    NamedFormat{"ndjson", make_json<NdjsonFormat>},
    NamedFormat{"json", make_json<JsonDocumentFormat>},
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

void append_listed(std::string& names, std::string_view name) {
  if (!names.empty()) names += ", ";
  names += name;
}

CLI::Validator known_format() {
  return {[](std::string& name) {
            if (find_format(name) != nullptr) return std::string();
            std::string known;
            for (const NamedFormat& f : kFormats) append_listed(known, f.name);
            return "unknown format " + named(name) + " (known: " + known + ")";
          },
          ""};
}

CLI::Validator known_kind() {
  return {[](std::string& name) {
            if (find_kind(name)) return std::string();
            std::string known;
            for (std::size_t i = 0; i < kKinds; ++i) append_listed(known, event_kind_name(static_cast<EventKind>(i)));
            return "unknown kind " + named(name) + " (known: " + known + ")";
          },
          ""};
}

// At least one event other than a Sync came out.
bool any_events(const SalvageReader& reader) {
  return std::any_of(reader.generations().begin(), reader.generations().end(),
                     [](const GenerationInfo& g) { return g.events + g.salvaged > 0; });
}

// Writes what can be read; the exit code of the verdict. None, and a complaint, if nothing is to be kept of it.
std::optional<int> write_events(const ExportOptions& options, EventSelection selection, const std::string& file,
                                Output& output) {
  const std::unique_ptr<EventFormat> format = find_format(options.format)->make(options);
  EventExport exporter(*format, std::move(selection), output.sink());
  SalvageOptions salvage;
  salvage.salvage = !options.no_salvage;
  SalvageReader reader(flush_before_reading(open_input(file),
                                            [&] {
                                              exporter.hand_over();
                                              output.flush();
                                            }),
                       salvage);
  if (!exporter.write_events(reader)) {
    if (exporter.error()) complain(about(file, *exporter.error()));
    return std::nullopt;
  }
  const int status = exit_code(reader.verdict(), options.allow_truncated && any_events(reader));
  exporter.end(reader, status);
  tell_ending(file, reader);
  // A mistyped name must not replace an earlier result.
  const bool nothing_read = reader.verdict() == Verdict::Unreadable && !reader.version();
  return nothing_read && options.output != "-" ? std::nullopt : std::optional(status);
}

int run(const ExportOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("export", "export needs a file, or a trace on standard input");
  if (files.size() > 1) return bad_usage("export", "unexpected argument " + escaped(named(files[1])));
  std::variant<Query, std::string> query = Query::make(options.query);
  if (const auto* problem = std::get_if<std::string>(&query)) return bad_usage("export", escaped(*problem));

  if (is_same_file(options.output, files[0])) {
    return bad_usage("export", about(options.output, "is the trace that is read; no command changes its input"));
  }
  Output output(options.output);
  std::optional<int> status;
  if (output.error().empty()) {
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
      "Formats: ndjson (one JSON object a line, as it comes), json (one document of the same objects).\n"
      "What can be read is written, salvaged events marked; what is wrong is said on standard error. Exit as "
      "verify's.");
  add_texts(*command, "FILE", options->files, "the trace to read (default: standard input)");
  add_text(*command, "--format", options->format, "what to write: ndjson or json")
      ->type_name("F")
      ->required()
      ->check(known_format());
  add_output(*command, options->output, "write to FILE instead of standard output");
  add_texts(*command, "--kind", options->kinds, "only these kinds of events, e.g. Log,TaskBegin")
      ->type_name("K,...")
      ->allow_extra_args(false)  // what follows is the file
      ->delimiter(',')
      ->check(known_kind())
      ->group("Selection");
  add_query_options(*command, options->query);
  command->add_flag("--no-stacks", options->no_stacks, "leave the stacks out");
  command->add_flag("--no-salvage", options->no_salvage, "leave out what stands behind the first damage");
  command->add_flag("--allow-truncated", options->allow_truncated,
                    "exit 0 for a truncated trace of which at least one event could be read");
  add_common(*command, options->common);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

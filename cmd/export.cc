#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/query.h"
#include "analysis/trace_name.h"
#include "cmd/command_line.h"
#include "cmd/exit_code.h"
#include "cmd/export_formats.h"
#include "cmd/export_target.h"
#include "cmd/export_traces.h"
#include "cmd/file_list.h"
#include "cmd/kinds.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/query_options.h"
#include "cmd/repeatable_input.h"
#include "export/escape.h"
#include "export/export_events.h"
#include "export/pprof.h"

namespace tracecheck::cmd {
namespace {

// The kinds asked for; all if none is named.
KindSet kind_set(const std::vector<std::size_t>& kinds) {
  KindSet set;
  if (kinds.empty()) set.set();
  for (const std::size_t kind : kinds) set.set(kind);
  return set;
}

// Whether several traces are asked for, be there none, one or more.
bool asks_for_many(const ExportOptions& options) {
  return options.named.size() > 1 || options.files.any() || options.skip_done || !options.label_from.empty();
}

std::string formats_of_several() {
  return listed(formats_that([](const NamedFormat& format) { return format.several != Several::Never; }));
}

std::optional<std::string> contradiction(const ExportOptions& options) {
  const NamedFormat& format = *find_format(options.format);
  if (options.profile.empty() != (options.format != "pprof")) {
    return options.profile.empty() ? "--format pprof needs --profile " + listed(profile_names())
                                   : "--profile is for --format pprof only";
  }
  if (options.wall && !options.profile.empty()) return "--wall does not go with --format pprof, which has no times";
  if (!options.label_from.empty() && !format.takes_labels) {
    return "--label-from goes with --format " +
           listed(formats_that([](const NamedFormat& other) { return other.takes_labels; }), " and ");
  }
  if (options.skip_done && !format.tells_done) {
    return "--skip-done goes with --format " +
           listed(formats_that([](const NamedFormat& other) { return other.tells_done; }), " and ") +
           ": the others do not tell which traces they hold whole";
  }
  if (asks_for_many(options) && format.several == Several::Never) {
    return "--format " + options.format + " holds one trace; several go into one output with --format " +
           formats_of_several();
  }
  if (!options.skip_done) return std::nullopt;
  if (options.output == "-" || is_no_regular_file(options.output) || open_file_number(options.output)) {
    return "--skip-done needs -o FILE, with what an earlier call has written or nothing yet";
  }
  return std::nullopt;
}

// To put several traces on one clock takes a look at how each begins before the first is written.
std::optional<std::string> read_only_once(const ExportOptions& options, const FileList& files) {
  if (!options.wall || files.size() == 1 || find_format(options.format)->several != Several::SideBySide)
    return std::nullopt;
  for (const std::string& file : files.names()) {
    if (can_be_opened_again(file)) continue;
    return about(file, "can be read only once; several traces on one clock must be files");
  }
  return std::nullopt;
}

// The pattern of --label-from, if there is one; or what is wrong with it.
std::variant<std::optional<LabelPattern>, std::string> labels_of(const ExportOptions& options) {
  if (options.label_from.empty()) return std::optional<LabelPattern>();
  std::variant<LabelPattern, std::string> pattern = LabelPattern::make(options.label_from);
  if (const auto* problem = std::get_if<std::string>(&pattern)) return "--label-from: " + *problem;
  return std::optional(std::get<LabelPattern>(std::move(pattern)));
}

// Takes out what the target has already, and what was named before; gives the exit code of what it has.
int skip_done(FileList& files, const ExportTarget& target) {
  int status = kOk;
  std::unordered_set<std::string> seen;
  files.keep([&](const std::string& name) {
    if (!seen.insert(name).second) return false;
    const std::optional<int> done = target.done(display_name(name));
    if (done) status = worse(status, *done);
    return !done;
  });
  return status;
}

int run(const ExportOptions& options) {
  if (const auto problem = contradiction(options)) return bad_usage("export", *problem);
  FileList files(options.named, options.files, {options.output});
  if (files.empty()) return bad_usage("export", "export needs a file, or a trace on standard input");
  if (const auto problem = read_only_once(options, files)) return bad_usage("export", *problem);
  std::variant<Query, std::string> query = Query::make(options.query);
  if (const auto* problem = std::get_if<std::string>(&query)) return bad_usage("export", escaped(*problem));
  const auto labels = labels_of(options);
  if (const auto* problem = std::get_if<std::string>(&labels)) return bad_usage("export", escaped(*problem));
  for (const std::string& file : files.names()) {
    if (!is_same_file(options.output, file)) continue;
    return bad_usage("export", about(options.output, "is the trace that is read; no command changes its input"));
  }
  ExportTarget target(options);
  if (const std::string unfit = target.unfit(); !unfit.empty()) return bad_usage("export", unfit);
  std::optional<int> status;
  if (target.error().empty()) {
    const int before = options.skip_done ? skip_done(files, target) : kOk;
    const EventSelection selection{kind_set(options.kinds), std::get<Query>(std::move(query))};
    const TraceExport what{options, files, selection, std::get<0>(labels), asks_for_many(options)};
    status = export_traces(what, before, target);
  }
  if (target.error().empty() && status) target.commit();
  if (target.error().empty()) return status.value_or(kUsage);
  complain(target.error());
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
  add_inputs(*command, options->named, "the trace to read; several with --format " + formats_of_several());
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
  add_output(*command, options->output,
             "write to FILE instead of standard output; one that is there is replaced, but for --skip-done");
  add_file_list(*command, options->files);
  add_text(
      *command, "--label-from", options->label_from,
      "tell traces apart by what this finds in their path: (?P<host>...) and (?P<label>...), or (...) for the label")
      ->type_name("REGEX")
      ->check(not_empty("no pattern"))
      ->group("Files");
  command
      ->add_flag(
          "--skip-done", options->skip_done,
          "go on with what an earlier call wrote to FILE: traces that it holds are left out, and each new one is "
          "there as soon as it is whole")
      ->group("Files");
  add_kinds(*command, KindsOf::Events, options->kinds, "only these kinds of events, e.g. Log,TaskBegin")
      ->group("Selection");
  add_query_options(*command, options->query);
  command->add_flag(
      "--wall", options->wall,
      "tell the wall time (UTC) of each event, too, and show several traces on one clock; Go 1.25 and later");
  command->add_flag("--no-stacks", options->no_stacks, "leave the stacks out");
  command->add_flag("--no-salvage", options->no_salvage, "leave out what stands behind the first damage");
  add_allow_truncated(*command, options->allow_truncated, Reads::ManyFiles);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

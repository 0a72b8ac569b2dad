#include <unistd.h>

#include <algorithm>
#include <utility>

#include "analysis/event_counts.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/in_order.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "export/escape.h"
#include "export/json_value.h"
#include "export/stats_output.h"

namespace tracecheck::cmd {
namespace {

struct StatsOptions {
  Common common;
  std::vector<std::string> files;
  bool json = false;
  bool allow_truncated = false;
};

struct FileResult {
  std::string name;
  EventCounts counts;
  int status = kOk;
};

bool any_events(const EventCounts& counts) {
  return std::any_of(counts.generations.begin(), counts.generations.end(),
                     [](const GenerationCount& g) { return g.events > 0; });
}

FileResult count_file(const std::string& name, bool allow_truncated) {
  FileResult result;
  result.name = name;
  result.counts = count_events(*open_input(name));
  result.status = exit_code(result.counts.verdict, allow_truncated && any_events(result.counts));
  return result;
}

int run(const StatsOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("stats", "stats needs a file, or a trace on standard input");
  const bool color = use_color(options.common, STDOUT_FILENO);
  int status = kOk;
  bool first = true;
  Output output;
  const bool written = in_order<FileResult>(
      files.size(), options.common.workers,
      [&](std::size_t i) { return count_file(files[i], options.allow_truncated); },
      [&](const FileResult& result) {
        status = worse(status, result.status);
        const std::string name = display_name(result.name);
        std::string text = options.json ? json_line(stats_json(result.counts, name, result.status)) + "\n"
                                        : stats_text(result.counts, escaped(name), color);
        if (!options.json && !text.empty() && !std::exchange(first, false)) text.insert(0, "\n");
        const bool ok = output.write(text) && output.flush();
        tell_ending(result.name, result.counts.verdict, result.counts.message, result.counts.damage);
        return ok;
      });
  if (!written) {
    complain(output.error());
    return kUsage;
  }
  return status;
}

}  // namespace

void setup_stats(CLI::App& app, int& status) {
  auto options = std::make_shared<StatsOptions>();
  CLI::App* command = app.add_subcommand("stats", "count events by type, with their bytes, and generations");
  command->footer(
      "Counts what is on the wire, tables and batch headers included. Exit as verify's, as far as framing tells.");
  add_texts(*command, "FILE", options->files, "traces to count");
  command->add_flag("--json", options->json, "print a JSON document for each file, one a line");
  command->add_flag("--allow-truncated", options->allow_truncated,
                    "a truncated trace of which at least one event could be read counts as complete for the exit code");
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/event_counts.h"
#include "analysis/summarizer.h"
#include "cmd/command_line.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/file_list.h"
#include "cmd/in_order.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/progress.h"
#include "cmd/repeatable_input.h"
#include "cmd/terminal.h"
#include "export/escape.h"
#include "export/json_value.h"
#include "export/stats.h"
#include "export/stats_json.h"
#include "export/stats_rows.h"
#include "export/stats_text.h"
#include "reader/limited_source.h"

namespace tracecheck::cmd {
namespace {

constexpr std::uint64_t kUsualTop = 10;

struct StatsOptions {
  Common common;
  std::vector<std::string> named;
  FileListOptions files;
  std::string by;
  std::string sort;
  std::optional<std::uint64_t> top;
  bool json = false;
  bool allow_truncated = false;
};

// What was asked for.
struct Request {
  std::optional<StatsBy> by;  // none: all of each file
  std::string sort;
  std::size_t top = SIZE_MAX;
  bool json = false;
  bool allow_truncated = false;
  Style style;
};

struct FileResult {
  std::string name;
  Stats stats;  // for messages; what it came to is in the next two
  std::string text;
  std::optional<StatsRows> rows;
};

bool any_events(const EventCounts& counts) {
  return std::any_of(counts.generations.begin(), counts.generations.end(),
                     [](const GenerationCount& g) { return g.events > 0; });
}

// What framing alone tells.
void count_only(const FileList& files, const std::string& name, const Request& request, Stats& stats) {
  EventCounts counts = count_events(*files.open(name));
  stats.verdict = counts.verdict;
  stats.message = counts.message;
  stats.version = counts.version;
  stats.damage = counts.damage;
  stats.exit = exit_code(counts.verdict, request.allow_truncated && any_events(counts));
  if (counts.version) stats.counts = std::move(counts);
}

void sum_up(const FileList& files, const std::string& name, const Request& request, Stats& stats) {
  RepeatableInput input(name, [&] { return files.open(name); });
  SummaryOptions options;
  options.each_goroutine = request.by == StatsBy::Goroutine;
  options.each_task = request.by == StatsBy::Task;
  {
    SalvageReader reader(request.by ? files.open(name) : input.open());
    Summary summary = summarize(reader, options);
    stats.verdict = reader.verdict();
    stats.message = message_of(reader.ending());
    // As verify has it: of several traces in one stream, that of the first.
    if (!reader.segments().empty()) stats.version = reader.segments().front().version;
    stats.damage = reader.damage();
    stats.exit = exit_code(stats.verdict, request.allow_truncated && summary.events > 0);
    if (stats.version) stats.summary = std::move(summary);
  }
  if (!request.by && stats.version) stats.counts = count_events(*input.open());
}

// What is printed of it; the numbers are done with.
void render(const Request& request, FileResult& result) {
  if (request.by) {
    result.rows.emplace(*request.by, request.sort, request.top);
    result.rows->add(result.stats, request.json);
  } else if (request.json) {
    result.text = json_line(stats_json(result.stats)) + "\n";
  } else {
    result.text = stats_text(result.stats, request.top, request.style);
  }
  result.stats.summary.reset();
  result.stats.counts.reset();
}

FileResult result_of(const std::string& name) {
  FileResult result;
  result.name = name;
  result.stats.file = display_name(name);
  return result;
}

FileResult read_file(const FileList& files, const std::string& name, const Request& request) {
  FileResult result = result_of(name);
  try {
    if (request.by == StatsBy::Type) {
      count_only(files, name, request, result.stats);
    } else {
      sum_up(files, name, request, result.stats);
    }
    render(request, result);
  } catch (const MemoryLimitReached&) {
    result = result_of(name);
    result.stats.verdict = Verdict::NotJudged;
    result.stats.message = kNoMemoryLeft;
    result.stats.exit = kNotJudged;
    render(request, result);
  }
  return result;
}

std::optional<std::string> contradiction(const StatsOptions& options) {
  if (options.by.empty() && !options.sort.empty()) return "--sort needs --by " + listed(stats_by_names());
  const std::optional<StatsBy> by = find_stats_by(options.by);
  if (by && !options.sort.empty() && !StatsRows::can_sort(*by, options.sort)) {
    return "--by " + options.by + " cannot be sorted by " + escaped(named(options.sort)) +
           " (known: " + listed(stats_sort_keys(*by), ", ") + ")";
  }
  if (options.by.empty() && options.json && options.top) return "--top goes with a table, or with --by";
  return std::nullopt;
}

Request make_request(const StatsOptions& options) {
  Request request;
  request.by = find_stats_by(options.by);
  request.sort = options.sort;
  if (options.top) {
    request.top = static_cast<std::size_t>(std::min<std::uint64_t>(*options.top, SIZE_MAX));
  } else if (!request.by) {
    request.top = kUsualTop;
  }
  request.json = options.json;
  request.allow_truncated = options.allow_truncated;
  request.style = {use_color(options.common, STDOUT_FILENO), line_width(STDOUT_FILENO)};
  return request;
}

int run(const StatsOptions& options) {
  if (const auto problem = contradiction(options)) return bad_usage("stats", *problem);
  const FileList files(options.named, options.files);
  if (files.empty()) return bad_usage("stats", "stats needs a file, or a trace on standard input");
  const Request request = make_request(options);
  std::optional<StatsRows> rows;
  if (request.by) rows.emplace(*request.by, request.sort, request.top);
  int status = kOk;
  bool first = true;
  Output output;
  FilesProgress progress(files, request.by ? 1 : 2);
  const bool written = in_order<FileResult>(
      files.size(), files_at_once(options.common), [&](std::size_t i) { return read_file(files, files[i], request); },
      [&](FileResult result) {
        progress.file_done();
        status = worse(status, result.stats.exit);
        if (rows) rows->add(std::move(*result.rows));
        if (!request.json && !result.text.empty() && !std::exchange(first, false)) result.text.insert(0, "\n");
        const bool ok = output.write(result.text) && output.flush();
        tell_ending(result.name, result.stats.verdict, result.stats.message, result.stats.damage);
        return ok;
      });
  // With the names of files where they tell something: a file is a row by itself.
  const bool with_files = files.size() > 1 || request.by == StatsBy::File;
  if (written && rows) output.write(request.json ? rows->json_lines() : rows->table(request.style, with_files));
  if (!written || !output.flush()) {
    complain(output.error());
    return kUsage;
  }
  return status;
}

std::string sort_keys_for_help() {
  std::string text;
  for (const std::string& by : stats_by_names()) {
    text += "\n  " + by + ": " + listed(stats_sort_keys(*find_stats_by(by)), ", ");
  }
  return text;
}

// Of any table, each once.
std::vector<std::string> all_sort_keys() {
  std::vector<std::string> all;
  for (const std::string& by : stats_by_names()) {
    for (const std::string& key : stats_sort_keys(*find_stats_by(by))) {
      if (std::find(all.begin(), all.end(), key) == all.end()) all.push_back(key);
    }
  }
  return all;
}

}  // namespace

void setup_stats(CLI::App& app, int& status) {
  auto options = std::make_shared<StatsOptions>();
  CLI::App* command =
      app.add_subcommand("stats", "show where time went, what was stuck at the end, pauses, and events by type");
  command->footer(
      "Keys of --sort, the greatest first; where none is given, files stay in order, and other rows are "
      "sorted by the first:" +
      sort_keys_for_help() +
      "\nSalvaged events count, too. --by type only counts what is on the wire, in about the time of verify."
      "\n\nExit as verify's; with --by type, as far as framing tells.");
  add_inputs(*command, options->named, "traces to sum up");
  add_file_list(*command, options->files);
  add_text(*command, "--by", options->by, "one table of all files, with a row for each: " + listed(stats_by_names()))
      ->type_name("WHAT")
      ->check(one_of("kind of row", stats_by_names()));
  add_text(*command, "--sort", options->sort, "sort the rows of --by by KEY, see below")
      ->type_name("KEY")
      ->check(suggested(all_sort_keys()));
  command->add_option("--top", options->top, "no more than N rows in a table (default: 10; with --by, all)")
      ->type_name("N")
      ->transform(whole_number(1));
  command->add_flag("--json", options->json, "print a JSON document for each file, or each row of --by, one a line");
  add_allow_truncated(*command, options->allow_truncated, Reads::ManyFiles);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

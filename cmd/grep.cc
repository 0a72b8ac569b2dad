#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "analysis/query.h"
#include "cmd/exit_code.h"
#include "cmd/grep_search.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/query_options.h"
#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

struct GrepOptions {
  Common common;
  QueryOptions query;
  std::vector<std::string> words;  // PATTERN, where it is needed, and the files
  bool invert = false;
  std::optional<bool> names;  // -H, -I
  GrepStyle style;
};

bool is_file(const std::string& name) {
  std::error_code failed;
  return std::filesystem::exists(name, failed);
}

// Where nothing else selects, the first word is the pattern. `--last 20 FILE` asks for whatever came last.
bool needs_pattern(const GrepOptions& options) {
  if (options.query.selects_anything()) return false;
  const bool only_a_file = options.words.empty() || (options.words.size() == 1 && is_file(options.words[0]));
  return !(options.style.last > 0 && only_a_file);
}

std::optional<std::string> contradiction(const GrepOptions& options) {
  const GrepStyle& style = options.style;
  if (style.json && (style.count || style.lists())) {
    return "--json prints logs; it does not go with -c, -l or -L";
  }
  if (options.invert && !options.query.has_patterns()) return "-v needs a pattern that it can turn round";
  return std::nullopt;
}

// "--since -2s error FILE": by the rule for PATTERN, `error` is a file, which is seldom meant.
void hint_at_pattern(const GrepOptions& options) {
  if (options.query.has_patterns() || options.words.empty()) return;
  const std::string& word = options.words.front();
  std::error_code failed;
  if (word != "-" && (!is_file(word) || std::filesystem::is_directory(word, failed))) {
    complain(escaped(word) + " is taken for a file, as other options select; a pattern beside them needs -e");
  }
}

int search_all(const std::vector<std::string>& files, const GrepOptions& options, const Query& query) {
  Output output;
  GrepSearch grep(options.style, query, options.invert, output);
  bool matched = false;
  bool failed = false;
  bool perhaps = false;
  for (const std::string& file : files) {
    const int status = grep.search(file);
    if (!output.error().empty()) {
      complain(output.error());
      return kUsage;
    }
    matched = matched || status == kOk;
    failed = failed || status == kUsage;
    perhaps = perhaps || status == kTruncated;
    if (matched && options.style.quiet) return kOk;
  }
  if (failed) return kUsage;
  if (matched) return kOk;
  return perhaps ? kTruncated : kBad;
}

int run(GrepOptions options) {
  if (needs_pattern(options)) {
    if (options.words.empty()) return bad_usage("grep", "grep needs a PATTERN, or options such as --category");
    options.query.either = {options.words.front()};
    options.words.erase(options.words.begin());
  }
  if (const auto problem = contradiction(options)) return bad_usage("grep", *problem);
  std::variant<Query, std::string> query = Query::make(options.query);
  if (const auto* problem = std::get_if<std::string>(&query)) return bad_usage("grep", escaped(*problem));
  const std::vector<std::string> files = inputs(options.words);
  if (files.empty()) return bad_usage("grep", "grep needs a file, or a trace on standard input");
  options.style.names = options.names.value_or(files.size() > 1);
  options.style.only_file = files.size() == 1;
  options.style.color = use_color(options.common, STDOUT_FILENO);
  const int status = search_all(files, options, std::get<Query>(query));
  hint_at_pattern(options);
  return status;
}

// Of two such flags the last one counts, as in grep.
void add_switch(CLI::App& app, const std::string& name, const std::function<void()>& set, const std::string& help) {
  app.add_flag_callback(name, set, help)->trigger_on_parse();
}

void add_output_options(CLI::App& app, GrepOptions& options) {
  GrepStyle& style = options.style;
  app.add_flag("-v", options.invert, "logs that do not match the patterns; the other selections hold as they are");
  app.add_flag("-c", style.count, "print the number of matches");
  app.add_option("-m", style.max, "stop after N matches in a file")->type_name("N")->transform(whole_number(0));
  app.add_option("--last", style.last, "the last N matches of a file")->type_name("N")->transform(whole_number(1));
  app.add_flag("-q", style.quiet, "print nothing, stop at the first match");
  add_switch(
      app, "-l", [&style] { style.list = GrepStyle::List::Matching; }, "print the names of files with a match");
  add_switch(
      app, "-L", [&style] { style.list = GrepStyle::List::Others; }, "print the names of files without one");
  app.add_flag("-0", style.zero_byte, "a zero byte after file names, which then stand as they are");
  add_switch(
      app, "-H", [&options] { options.names = true; }, "a file name before each match");
  add_switch(
      app, "-I", [&options] { options.names = false; }, "no file names");
  app.add_flag("--wall", style.wall, "clock times (UTC) instead of seconds from the start; Go 1.25 and later");
  app.add_flag("--stack", style.stack, "the stack below each match");
  app.add_flag("--json", style.json, "matches as `export --format ndjson` has them, stacks included");
}

}  // namespace

void setup_grep(CLI::App& app, int& status) {
  auto options = std::make_shared<GrepOptions>();
  CLI::App* command = app.add_subcommand("grep", "search the logs of traces, whole or not");
  command->footer(
      "A match is a line: [FILE:]TIME gN [task N] CATEGORY: MESSAGE, TIME in seconds from the trace's start, with ~\n"
      "before it where the log was salvaged from what a crash left unfinished. All selections given must hold; one\n"
      "that is given several times holds if any does. PATTERN stands for -e PATTERN, where nothing else selects;\n"
      "beside --since, --task and the like a pattern needs -e.\n"
      "\n"
      "Exit: 0 a match; 1 none, and the trace is complete; 3 none, but the trace is truncated or logs have lost\n"
      "their texts; 2 an error, or none, and what had to be read is damaged. Of many files: 2 if any failed (but\n"
      "with -q and a match), else 0 if any matched, else 3, else 1.");
  add_texts(*command, "PATTERN FILE", options->words, "what to look for, unless options say it, and where")
      ->type_name("");
  add_query_options(*command, options->query);
  add_output_options(*command, *options);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

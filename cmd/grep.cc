#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "analysis/event_matcher.h"
#include "analysis/query.h"
#include "analysis/time_window.h"
#include "cmd/exit_code.h"
#include "cmd/file_list.h"
#include "cmd/grep_search.h"
#include "cmd/in_turn.h"
#include "cmd/kinds.h"
#include "cmd/limits.h"
#include "cmd/memory_limit.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/progress.h"
#include "cmd/query_options.h"
#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

struct GrepOptions {
  Common common;
  QueryOptions query;
  std::vector<std::string> words;  // PATTERN, where it is needed, and the files
  FileListOptions files;
  std::vector<std::size_t> kinds;
  std::string min_duration;
  EventMatcherOptions events;
  std::optional<std::uint64_t> around;  // -C, which -A and -B go before
  std::optional<std::uint64_t> before;
  std::optional<std::uint64_t> after;
  std::optional<bool> names;  // -H, -I
  bool lists_matching = false;
  bool lists_others = false;
  SearchStyle style;

  bool selects_anything() const {
    return query.selects_anything() || !kinds.empty() || !min_duration.empty() || !events.stack.empty();
  }
  // Logs alone are found without a look at what else happens.
  bool only_logs() const {
    return events.kinds == SearchKinds().set(static_cast<std::size_t>(SearchKind::Log)) && events.stack.empty() &&
           !style.prints_context();
  }
};

bool is_file(const std::string& name) {
  std::error_code failed;
  return std::filesystem::exists(name, failed);
}

// Where nothing else selects, the first word is the pattern. `--last 20 FILE` asks for whatever came last.
bool needs_pattern(const GrepOptions& options) {
  if (options.selects_anything()) return false;
  const bool only_a_file = options.words.empty() || (options.words.size() == 1 && is_file(options.words[0]));
  return !(options.style.last > 0 && only_a_file);
}

std::optional<std::string> contradiction(const GrepOptions& options) {
  const SearchStyle& style = options.style;
  if (style.json && (style.count || style.lists())) {
    return "--json prints matches; it does not go with -c, -l or -L";
  }
  if (options.lists_matching && options.lists_others) return "-l does not go with -L";
  if (options.events.invert && !options.query.has_patterns()) return "-v needs a pattern that it can turn round";
  if (!options.events.min_duration) return std::nullopt;
  for (std::size_t i = 0; i < kSearchKinds; ++i) {
    const auto kind = static_cast<SearchKind>(i);
    if (!options.events.kinds[i] || lasts(kind)) continue;
    return "--min-duration goes with --kind task, region, transition and range; a " +
           std::string(search_kind_name(kind)) + " has no duration";
  }
  return std::nullopt;
}

// What needs a look at several options, or whether one was given.
void complete(GrepOptions& options) {
  if (options.kinds.empty()) options.kinds = {static_cast<std::size_t>(SearchKind::Log)};
  for (const std::size_t kind : options.kinds) options.events.kinds.set(kind);
  if (!options.min_duration.empty()) options.events.min_duration = parse_duration(options.min_duration);
  options.events.style = options.query.style;
  options.style.context.before = options.before.value_or(options.around.value_or(0));
  options.style.context.after = options.after.value_or(options.around.value_or(0));
}

// "--since -2s error FILE": by the rule for PATTERN, `error` is a file, which is seldom meant. True if that was said.
bool hint_at_pattern(const GrepOptions& options) {
  if (options.query.has_patterns() || options.words.empty()) return false;
  const std::string& word = options.words.front();
  std::error_code failed;
  const bool is_unread_folder = !options.files.recursive && std::filesystem::is_directory(word, failed);
  if (word == "-" || (is_file(word) && !is_unread_folder)) return false;
  complain(escaped(word) + " is taken for a file, as other options select; a pattern beside them needs -e: -e " +
           escaped(word));
  return true;
}

// "PATTERN" alone, where only FILE was given: standard input is seldom meant, and has nothing then.
void hint_at_file(const std::string& pattern) {
  if (!is_file(pattern)) return;
  complain(escaped(pattern) +
           " is taken for the pattern, and standard input is read; the pattern stands before the file");
}

// The blocks of events around matches are told apart, those of two files, too.
std::string separator(const SearchStyle& style) { return style.prints_context() && !style.json ? "--\n" : ""; }

// Takes the results of one file after the other.
class Results {
 public:
  explicit Results(bool quiet) : quiet_(quiet) {}

  // False if nothing more is to be known.
  bool take(const FileSearched& searched) {
    for (const std::string& message : searched.messages) complain(message);
    matched_ = matched_ || searched.status == kOk;
    failed_ = failed_ || searched.status == kUsage;
    perhaps_ = perhaps_ || searched.status == kTruncated;
    return !(matched_ && quiet_);
  }

  int exit_code() const {
    if (failed_ && !(matched_ && quiet_)) return kUsage;
    if (matched_) return kOk;
    return perhaps_ ? kTruncated : kBad;
  }

 private:
  bool quiet_;
  bool matched_ = false;
  bool failed_ = false;
  bool perhaps_ = false;
};

int search_all(const FileList& files, const GrepSearch& search, unsigned workers) {
  Output output;
  Turns turns(
      output.sink(), [&output] { return output.flush(); }, separator(search.style));
  Results results(search.style.quiet);
  FilesProgress progress(files);
  struct Result {
    TurnWriter writer;
    FileSearched searched;
  };
  in_turn<Result>(
      turns, files.size(), workers,
      [&](std::size_t i) {
        Result result{TurnWriter(turns, i), {}};
        result.searched = naming(files[i], [&] { return search_file(search, files, files[i], result.writer); });
        return result;
      },
      [&](Result result) {
        progress.file_done();
        bool go_on = false;
        return result.writer.end_turn([&] { go_on = results.take(result.searched); }) && go_on;
      });
  if (output.error().empty()) return results.exit_code();
  complain(output.error());
  return kUsage;
}

int run(GrepOptions options) {
  std::string only_word;
  if (needs_pattern(options)) {
    if (options.words.empty()) return bad_usage("grep", "grep needs a PATTERN, or options such as --category");
    options.query.either = {options.words.front()};
    if (options.words.size() == 1) only_word = options.words.front();
    options.words.erase(options.words.begin());
  }
  complete(options);
  if (const auto problem = contradiction(options)) return bad_usage("grep", *problem);
  std::variant<Query, std::string> query = Query::make(options.query);
  if (const auto* problem = std::get_if<std::string>(&query)) return bad_usage("grep", escaped(*problem));
  std::variant<EventMatcher, std::string> matcher = EventMatcher::make(options.events, std::get<Query>(query));
  if (const auto* problem = std::get_if<std::string>(&matcher)) return bad_usage("grep", escaped(*problem));
  const FileList files(options.words, options.files);
  if (files.empty()) return bad_usage("grep", "grep needs a file, or a trace on standard input");
  options.style.names = options.names.value_or(files.size() > 1 || options.files.any());
  options.style.color = use_color(options.common, STDOUT_FILENO);
  const EventMatcher* events = options.only_logs() ? nullptr : &std::get<EventMatcher>(matcher);
  const int status = search_all(files,
                                {std::get<Query>(query), options.events.invert, events, options.style,
                                 workers_for_each(options.common, files.size()), files.size() == 1},
                                files_at_once(options.common));
  if (status != kOk && !options.files.any() && !only_word.empty()) hint_at_file(only_word);
  // With -q, too, where a match in the others makes good for a file that is missing: it is no match of that pattern.
  return hint_at_pattern(options) ? kUsage : status;
}

// Of two such flags the last one counts, as in grep.
void add_switch(CLI::App& app, const std::string& name, const std::function<void()>& set, const std::string& help) {
  app.add_flag_callback(name, set, help)->trigger_on_parse();
}

void add_lines(CLI::App& app, const std::string& name, std::optional<std::uint64_t>& count, const std::string& help) {
  app.add_option(name, count, help)->type_name("N")->transform(whole_number(0));
}

// Besides what it has in common with export.
void add_event_options(CLI::App& app, GrepOptions& options) {
  add_kinds(app, KindsOf::Matches, options.kinds,
            "what to look for: " + kinds_listed(KindsOf::Matches) + " (default: log)")
      ->group("Selection");
  add_text(
      app, "--min-duration", options.min_duration,
      "what took at least so long, as 5ms or 1.5s: tasks, regions, ranges, and the state that a goroutine leaves; or "
      "did not end and takes so long already")
      ->type_name("D")
      ->check(duration(0))
      ->group("Selection");
  add_texts(app, "--stack-match", options.events.stack,
            "what has a function or FILE:LINE that matches on its stack, or had as it began")
      ->type_name("PATTERN")
      ->allow_extra_args(false)
      ->group("Selection");
}

void add_output_options(CLI::App& app, GrepOptions& options) {
  SearchStyle& style = options.style;
  app.add_flag("-v", options.events.invert, "what does not match the patterns; the other selections hold as they are");
  app.add_flag("-c", style.count, "print the number of matches");
  app.add_option("-m", style.max, "stop after N matches in a file")->type_name("N")->transform(whole_number(0));
  app.add_option("--last", style.last, "the last N matches of a file")->type_name("N")->transform(whole_number(1));
  add_lines(app, "-A", options.after, "after each match, N more events of its goroutine");
  add_lines(app, "-B", options.before, "before each match, N more");
  add_lines(app, "-C", options.around, "both");
  app.add_flag("-q", style.quiet, "print nothing, stop at the first match");
  add_switch(
      app, "-l", [&] { style.list = SearchStyle::List::Matching, options.lists_matching = true; },
      "print the names of files with a match");
  add_switch(
      app, "-L", [&] { style.list = SearchStyle::List::Others, options.lists_others = true; },
      "print the names of files without one");
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
  CLI::App* command = app.add_subcommand("grep", "search the logs and other events of traces, whole or not");
  command->footer(
      "A log is a line: [FILE:]TIME gN [task N] CATEGORY: MESSAGE, TIME in seconds from the trace's start, with ~\n"
      "before it where the log was salvaged from what a crash left unfinished. All selections given must hold; one\n"
      "that is given several times holds if any does. PATTERN stands for -e PATTERN, where nothing else selects;\n"
      "beside --kind, --since and the like a pattern needs -e.\n"
      "\n"
      "Other kinds: [FILE:]TIME gN [task N] EVENT CATEGORY[: MESSAGE] [(DURATION since BEGIN)]. The category is the\n"
      "type of a task or region, the name of a range or metric, the label; and for a transition the states of the\n"
      "goroutine, as Waiting->Runnable. The message of a transition is why the goroutine stopped or blocked, of a\n"
      "range the goroutine or proc that it concerns. With --min-duration each thing counts once, where it ends; what\n"
      "never ends counts at the trace's end. With -A, -B or -C events around a match have - behind TIME and FILE.\n"
      "\n"
      "Exit: 0 a match; 1 none, and the trace is complete; 3 none, but the trace is truncated or texts are lost\n"
      "that may match; 2 an error, or none, and what had to be read is damaged. Of many files: 2 if any failed (but\n"
      "with -q and a match), else 0 if any matched, else 3, else 1.");
  add_texts(*command, "[PATTERN] [FILE...]", options->words, "what to look for, unless options say it, and where")
      ->type_name("");
  add_file_list(*command, options->files);
  add_query_options(*command, options->query);
  add_event_options(*command, *options);
  add_output_options(*command, *options);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

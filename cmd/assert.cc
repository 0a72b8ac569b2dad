#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/summarizer.h"
#include "analysis/verify.h"
#include "cmd/check_options.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/file_list.h"
#include "cmd/in_order.h"
#include "cmd/junit_option.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/progress.h"
#include "cmd/repeatable_input.h"
#include "export/check_text.h"
#include "export/escape.h"
#include "reader/limited_source.h"

namespace tracecheck::cmd {
namespace {

struct AssertOptions {
  Common common;
  std::vector<std::string> named;
  FileListOptions files;
  std::string junit;
};

// How the reading of a trace ended.
struct TraceEnd {
  Verdict verdict = Verdict::Unreadable;
  std::string message;
  std::vector<Damage> damage;
};

struct FileResult {
  std::string name;
  std::vector<CheckResult> checks;
  TraceEnd end;
};

// What limits are judged by: that several traces are in one stream is no damage to any of them.
Verdict verdict_of_traces(const SalvageReader& reader) {
  const std::vector<Segment>& traces = reader.segments();
  const bool all_complete = std::all_of(traces.begin(), traces.end(),
                                        [](const Segment& trace) { return trace.verdict == Verdict::Complete; });
  return traces.size() > 1 && all_complete ? Verdict::Complete : reader.verdict();
}

// Foreign text is damage that costs nothing of the trace.
bool nothing_is_lost(const std::vector<Damage>& damage) {
  return std::all_of(damage.begin(), damage.end(),
                     [](const Damage& d) { return d.severity == Severity::Corrupt && d.lost == 0; });
}

// Limits need every event in its order, the verdict alone does not.
TraceEnd read_trace(RepeatableInput& input, Checks& checks) {
  if (!checks.want_summary()) {
    VerifyReport report = verify(input.open());
    return {report.verdict, std::move(report.message), std::move(report.damage)};
  }
  SalvageReader reader(input.open());
  const Summary summary = summarize(reader);
  checks.see_summary(summary, verdict_of_traces(reader), nothing_is_lost(reader.damage()));
  return {reader.verdict(), message_of(reader.ending()), reader.damage()};
}

FileResult check_file(const FileList& files, const std::string& name, Checks checks) {
  FileResult result;
  result.name = name;
  RepeatableInput input(name, [&] { return files.open(name); });
  try {
    result.end = read_trace(input, checks);
  } catch (const MemoryLimitReached&) {
    result.end = {Verdict::NotJudged, kNoMemoryLeft, {}};
    checks.see_summary({}, Verdict::NotJudged);
  }
  checks.see_verdict(result.end.verdict);
  if (checks.want_logs()) checks.see_logs(input.open());
  result.checks = checks.results();
  return result;
}

// What could not be read was not checked, unless just that was expected.
int exit_code_of(const FileResult& result) {
  if (all_hold(result.checks)) return kOk;
  return result.end.verdict == Verdict::Unreadable ? kUsage : kBad;
}

// Takes the results of one file after the other.
class Results {
 public:
  Results(const AssertOptions& options, bool many)
      : options_(options),
        many_(many),
        to_stdout_(!is_standard_output(options.junit)),
        color_(use_color(options.common, to_stdout_ ? STDOUT_FILENO : STDERR_FILENO)) {}

  // False if it could not be written.
  bool take(const FileResult& result) {
    status_ = worse(status_, exit_code_of(result));
    const std::string name = display_name(result.name);
    if (!options_.junit.empty()) {
      for (JunitCase& one : junit_cases(result.checks, name)) {
        // Why it could not be read stands on standard error, which the report does not have.
        if (one.failure && result.end.verdict == Verdict::Unreadable) *one.failure += ": " + result.end.message;
        cases_.push_back(std::move(one));
      }
    }
    const bool written = print(check_lines(result.checks, many_ ? escaped(name) + ": " : "", color_));
    tell_ending(result.name, result.end.verdict, result.end.message, result.end.damage);
    return written;
  }

  // The exit code.
  int finish() {
    if (output_.error().empty()) return write_junit(options_.junit, "tracecheck assert", cases_) ? status_ : kUsage;
    complain(output_.error());
    return kUsage;
  }

 private:
  bool print(const std::string& lines) {
    if (to_stdout_) return output_.write(lines) && output_.flush();
    std::fputs(lines.c_str(), stderr);
    return true;
  }

  const AssertOptions& options_;
  const bool many_;
  const bool to_stdout_;
  const bool color_;
  Output output_;
  std::vector<JunitCase> cases_;
  int status_ = kOk;
};

int run(const AssertOptions& options, const Checks& checks) {
  const FileList files(options.named, options.files, {options.junit});
  if (files.empty()) return bad_usage("assert", "assert needs a file, or a trace on standard input");
  if (checks.empty()) {
    return bad_usage("assert", "assert needs a check, such as --expect-verdict complete or --max-stw 5ms");
  }
  if (const auto problem = junit_problem(options.junit, files.names())) return bad_usage("assert", *problem);
  Results results(options, files.size() > 1 || options.files.any());
  FilesProgress progress(files);
  in_order<FileResult>(
      files.size(), files_at_once(options.common), [&](std::size_t i) { return check_file(files, files[i], checks); },
      [&](const FileResult& result) {
        progress.file_done();
        return results.take(result);
      });
  return results.finish();
}

}  // namespace

void setup_assert(CLI::App& app, int& status) {
  auto options = std::make_shared<AssertOptions>();
  auto checks = std::make_shared<CheckOptions>();
  CLI::App* command =
      app.add_subcommand("assert", "check logs, verdicts and limits of traces, as run does of a command");
  command->footer(
      "Prints a line for each check, ok or failed, and why; of several files each is checked, its name before the\n"
      "line. A check may be given several times. A limit holds for a truncated trace if it does for what could be\n"
      "read, which the line says; it fails where the trace is damaged in the middle, as that may hide what breaks it.\n"
      "\n"
      "Exit: 0 all hold, 1 one failed, 2 a trace could not be read. gzip and zstd are unpacked. Without FILE, or for\n"
      "-, standard input is read.");
  add_inputs(*command, options->named, "traces to check");
  add_file_list(*command, options->files);
  add_junit(*command, options->junit, "write a test case for each check and file to FILE, as JUnit XML");
  checks->add_for_trace(*command);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, checks, command, &status] { status = run(*options, checks->checks(*command)); });
}

}  // namespace tracecheck::cmd

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/time_window.h"
#include "analysis/trace_report.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/repeatable_input.h"
#include "export/escape.h"
#include "export/report_page.h"

namespace tracecheck::cmd {
namespace {

struct ReportOptions {
  Common common;
  std::vector<std::string> files;
  std::string output = "-";
  std::string last;  // as time_window.h has it; "" for the default
  bool allow_truncated = false;
};

TraceReport read_report(const ReportOptions& options, const std::string& file) {
  RecentBounds bounds;
  if (!options.last.empty()) bounds.span = *parse_duration(options.last);
  RepeatableInput input(file);
  TraceReport report{
      .verify = verify(input.open(), workers_for_one(options.common)), .recent = RecentActivity(bounds), .summary = {}};
  SalvageReader reader(input.open());
  read_for_report(reader, report);
  return report;
}

int run(const ReportOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("report", "report needs one file, or a trace on standard input");
  const std::string& file = files[0];
  if (is_same_file(options.output, file)) {
    return bad_usage("report", about(options.output, "is the trace that is read; no command changes its input"));
  }
  Output output(options.output);
  if (output.is_terminal()) return bad_usage("report", "a page is nothing for a terminal: report needs -o FILE");
  if (output.error().empty()) {
    const TraceReport report = read_report(options, file);
    const VerifyReport& verdict = report.verify;
    tell_ending(file, verdict.verdict, verdict.message, verdict.damage);
    // There is nothing to show, and a mistyped name must not replace an earlier report.
    if (verdict.verdict == Verdict::Unreadable && !verdict.version) return kUsage;
    const bool any_events = verdict.events + verdict.salvageable > 0;
    const int status = exit_code(verdict.verdict, options.allow_truncated && any_events);
    if (write_report_page(report, display_name(file), status, output.sink()) && output.commit()) return status;
  }
  complain(output.error());
  return kUsage;
}

}  // namespace

void setup_report(CLI::App& app, int& status) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command =
      app.add_subcommand("report", "write a page to look at: the verdict, the last seconds, what was lost");
  command->footer(
      "The page is one file that needs no network; any browser opens it. It has the last seconds in full, at most\n"
      "100,000 changes of state, and the rest as a summary.\n\nExit as verify's.");
  add_input(*command, "FILE", options->files, "the trace to read");
  add_output(*command, options->output,
             "write the page to FILE instead of standard output; one that is there is replaced");
  add_text(*command, "--last", options->last, "how much of the end to show in full (default: 10s)")
      ->type_name("D")
      ->check(duration(1));
  add_allow_truncated(*command, options->allow_truncated, Reads::OneFile);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

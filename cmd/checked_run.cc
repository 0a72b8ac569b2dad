#include "cmd/checked_run.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "analysis/ending.h"
#include "analysis/signal_name.h"
#include "analysis/time_window.h"
#include "analysis/verify.h"
#include "cmd/exit_code.h"
#include "cmd/junit_option.h"
#include "cmd/kept_trace.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/terminal.h"
#include "cmd/written_file.h"
#include "crash/child.h"
#include "export/check_text.h"
#include "export/escape.h"
#include "export/human.h"
#include "export/verify_text.h"

namespace tracecheck::cmd {
namespace {

// As env and timeout have them.
constexpr int kTimedOut = 124;
constexpr int kOwnFailure = 125;
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
constexpr int kSignalBase = 128;

std::string stream_name(int descriptor) {
  if (descriptor == STDOUT_FILENO) return "standard output";
  return descriptor == STDERR_FILENO ? "standard error" : "descriptor " + std::to_string(descriptor);
}

// Standard output is for the results, unless something else goes there that they would spoil.
bool results_go_to_stdout(const RunOptions& options) {
  return options.reads_stdout() && !is_standard_output(options.output) && !is_standard_output(options.junit);
}

// One command, from its start to the exit code.
class Run {
 public:
  Run(const RunOptions& options, Checks checks)
      : options_(options), checks_(std::move(checks)), written_(options.trace) {}

  int run() {
    if (options_.trace.empty() || !options_.output.empty()) kept_.emplace(options_.output);
    if (kept_ && !kept_->error().empty()) return own_failure(kept_->error());
    const ChildResult child = run_child(child_options());
    if (child.start_error != 0) return not_started(child.start_error);
    take_end(child);
    if (kept_ && !options_.trace.empty() && kept_->is_file(options_.trace)) {
      return own_failure(name() + " has made one file of " + escaped(options_.output) + " and " +
                         escaped(options_.trace) + ", which is left as it is");
    }
    if (kept_) kept_->start();
    if (!options_.trace.empty() && kept_ && written_.is_new()) copied_ = kept_->write_file(options_.trace);
    if (kept_ && !kept_->error().empty()) return own_failure(kept_->error());
    judge(child.end);
    const std::vector<CheckResult> results = all_results(child.end);
    if (!write_junit(results) || !print(results)) return own_failure_code();
    return exit_code_for(child.end, results);
  }

 private:
  ChildOptions child_options() {
    ChildOptions child;
    child.command = options_.command;
    if (!options_.timeout.empty()) child.timeout = timeout();
    if (options_.trace.empty()) {
      child.streams.push_back(
          {options_.trace_descriptor(), [this](std::string_view piece) { kept_->write(piece); }, kept_->copy_to()});
    }
    child.streams.push_back(
        {STDERR_FILENO, [this](std::string_view piece) { checks_.see_error_output(piece); }, STDERR_FILENO});
    return child;
  }

  std::chrono::nanoseconds timeout() const { return std::chrono::nanoseconds(*parse_duration(options_.timeout)); }

  // What is worth telling of the time until the command had ended.
  void take_end(const ChildResult& child) {
    for (const int number : child.signals) complain(signal_name(number) + " was passed on to " + name());
    if (child.end.timed_out)
      complain(name() + " was still running after " + duration_text(timeout().count()) + " and was ended");
    for (const ChildResult::Stream& stream : child.streams) {
      if (stream.descriptor == options_.trace_descriptor()) kept_->copy_failed(stream.pass_error);
      if (stream.kept_open) {
        complain("a process that " + name() + " has started keeps " + stream_name(stream.descriptor) +
                 " open; what it writes from now on is not read");
      }
    }
  }

  std::string name() const { return escaped(options_.command.front()); }
  // What the trace is called in the verdict.
  std::string trace_name() const {
    if (!options_.trace.empty() && !copied_) return options_.trace;
    if (!options_.output.empty() && !is_standard_output(options_.output)) return options_.output;
    return options_.trace.empty()
               ? "(" + stream_name(options_.trace_descriptor()) + " of " + options_.command.front() + ")"
               : options_.trace;
  }

  std::unique_ptr<ByteSource> open_trace() const {
    if (options_.trace.empty() || copied_) return show_progress(kept_->open(), trace_name());
    return written_.is_new() ? show_progress(written_.open(), options_.trace) : written_.open();
  }

  void judge(const ChildEnd& end) {
    VerifyReport report = verify(open_trace(), workers_for_one(options_.common));
    // A trace that is not empty may be of another program, which the command has passed on.
    if (report.bytes_in == 0 && end.signal == 0 && end.exit_code == 0 && !end.timed_out) exclude_crashes(report);
    const bool color = use_color(options_.common, STDERR_FILENO);
    std::fputs(verify_text(report, escaped(trace_name()), color, line_width(STDERR_FILENO)).c_str(), stderr);
    if (report.verdict == Verdict::Truncated && report.bytes_in == 0) complain(name() + why_empty());
    if (options_.trace.empty() && options_.output.empty() && report.version) {
      complain("the trace of " + name() + " was not kept; -o FILE keeps it");
    }
    checks_.see_end(end);
    checks_.see_verdict(report.verdict);
    if (checks_.want_logs()) checks_.see_logs(open_trace());
  }

  // What to do about a trace without a byte: most likely it was written elsewhere, or not at all.
  std::string why_empty() const {
    if (!options_.trace.empty()) {
      return " has left " + escaped(options_.trace) + " empty; does it call trace.Start with this file?";
    }
    return " wrote nothing to " + stream_name(options_.trace_descriptor()) +
           "; if its trace goes elsewhere, say so with --trace FILE or --fd N";
  }

  std::vector<CheckResult> all_results(const ChildEnd& end) const {
    std::vector<CheckResult> results = checks_.results();
    if (!options_.timeout.empty()) {
      results.push_back({"--timeout " + options_.timeout, !end.timed_out,
                         end.timed_out ? "it was still running" : "it ended by itself", std::nullopt});
    }
    return results;
  }

  bool write_junit(const std::vector<CheckResult>& results) const {
    std::string group;
    for (const std::string& word : options_.command) group += (group.empty() ? "" : " ") + word;
    return cmd::write_junit(options_.junit, "tracecheck run", junit_cases(results, group));
  }

  bool print(const std::vector<CheckResult>& results) const {
    if (checks_.empty()) return true;
    const bool to_stdout = results_go_to_stdout(options_);
    const bool color = use_color(options_.common, to_stdout ? STDOUT_FILENO : STDERR_FILENO);
    const std::string text = check_lines(results, "", color);
    if (!to_stdout) {
      std::fputs(text.c_str(), stderr);
      return true;
    }
    Output output;
    if (output.write(text) && output.flush()) return true;
    complain(output.error());
    return false;
  }

  int exit_code_for(const ChildEnd& end, const std::vector<CheckResult>& results) const {
    if (!checks_.empty()) return all_hold(results) ? kOk : kBad;
    if (end.timed_out) return kTimedOut;
    return end.signal != 0 ? kSignalBase + end.signal : end.exit_code;
  }

  int own_failure_code() const { return checks_.empty() ? kOwnFailure : kUsage; }

  int own_failure(const std::string& message) const {
    complain(message);
    return own_failure_code();
  }

  int not_started(int problem) {
    if (kept_) kept_->undo();
    constexpr std::array kOurs = {EBADF, EMFILE, ENFILE, EAGAIN, ENOMEM};
    const bool ours = std::find(kOurs.begin(), kOurs.end(), problem) != kOurs.end();
    complain(name() + (problem == ENOENT
                           ? ": not found"
                           : std::string(ours ? " cannot be started: " : " cannot be run: ") + std::strerror(problem)));
    if (ours || !checks_.empty()) return own_failure_code();
    return problem == ENOENT ? kNotFound : kNotExecutable;
  }

  const RunOptions& options_;
  Checks checks_;
  WrittenFile written_;
  std::optional<KeptTrace> kept_;
  bool copied_ = false;
};

}  // namespace

int checked_run(const RunOptions& options, Checks checks) { return Run(options, std::move(checks)).run(); }

}  // namespace tracecheck::cmd

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "analysis/time_window.h"
#include "cmd/check_options.h"
#include "cmd/checked_run.h"
#include "cmd/junit_option.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

constexpr int kMaxDescriptor = 1 << 20;

std::filesystem::path resolved(const std::string& path) {
  std::error_code failed;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path, failed), failed);
}

// Be they there yet or not.
bool are_one_file(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && resolved(a) == resolved(b);
}

std::optional<std::string> contradiction_of_traces(const RunOptions& options) {
  if (options.descriptor && !options.trace.empty()) return "--fd and --trace name two traces; one can be read";
  if (are_one_file(options.output, options.trace) || is_same_file(options.output, options.trace)) {
    return "-o and --trace name the same file";
  }
  const bool is_path = !options.output.empty() && options.output != "-" && !open_file_number(options.output);
  if (is_path && is_same_file("-", options.output)) {
    return "-o names the file that standard output goes to; -o - writes the trace there";
  }
  for (const auto& [option, path] : {std::pair("-o", options.output), std::pair("--trace", options.trace)}) {
    if (path.empty() || !goes_to_file(STDERR_FILENO, path)) continue;
    return std::string(option) + ": standard error goes into the trace, too; send it elsewhere";
  }
  return std::nullopt;
}

std::optional<std::string> contradiction_of_junit(const RunOptions& options) {
  if (options.junit.empty()) return std::nullopt;
  const bool both_to_stdout = is_standard_output(options.junit) && is_standard_output(options.output);
  if (both_to_stdout || are_one_file(options.junit, options.output) || is_same_file(options.junit, options.output)) {
    return "--junit and -o name the same file";
  }
  if (are_one_file(options.junit, options.trace) || is_same_file(options.junit, options.trace)) {
    return "--junit and --trace name the same file";
  }
  return junit_problem(options.junit, {});
}

std::optional<std::string> contradiction(const RunOptions& options) {
  if (auto problem = contradiction_of_traces(options)) return problem;
  if (auto problem = contradiction_of_junit(options)) return problem;
  if (is_no_regular_file(options.trace)) {
    return "--trace: " + escaped(options.trace) + " is not a file that can be read once the command has ended";
  }
  return std::nullopt;
}

int run(RunOptions options, const CheckOptions& checks, const CLI::App& command) {
  if (options.command.empty()) return bad_usage("run", "run needs a command behind --");
  if (!stood_behind_dashes(options.command.front())) {
    return bad_usage("run", "unexpected argument " + escaped(named(options.command.front())) +
                                "; the command to run stands behind --");
  }
  if (const auto problem = contradiction(options)) return bad_usage("run", *problem);
  for (std::string& word : options.command) word = unprotected(word);
  return checked_run(options, checks.checks(command));
}

CLI::Validator descriptor_to_read() {
  return {[](std::string& text) {
            return text == "2" ? std::string("2 is standard error, which is passed on and no trace") : std::string();
          },
          ""};
}

}  // namespace

void setup_run(CLI::App& app, int& status) {
  auto options = std::make_shared<RunOptions>();
  auto checks = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand("run", "run a command to its end, keep its trace, check both");
  command->footer(
      "run [OPTIONS] -- COMMAND ARGS... reads the trace from the command's standard output. Its standard error is\n"
      "passed through, as are signals that run gets. The verdict goes to standard error; the checks, a line each, to\n"
      "standard output, or to standard error where something else has the other: the command itself (--fd, --trace),\n"
      "the trace (-o -), --junit -.\n"
      "\n"
      "Exit with checks: 0 all hold, 1 one failed (a timeout is a failure), 2 the command could not be run. Without:\n"
      "that of the command, 128+N if signal N ended it, 124 timeout, 125 a failure of tracecheck, 126 the command is\n"
      "not executable, 127 it is not found.");
  command->add_option("[-- COMMAND ARGS...]", options->command, "the command, behind --")->type_name("");
  add_output(*command, options->output,
             "keep the trace in FILE, written as it comes; a file that is there is replaced");
  command->add_option("--fd", options->descriptor, "the trace comes from descriptor N (default: 1)")
      ->type_name("N")
      ->transform(whole_number(1, kMaxDescriptor))
      ->check(descriptor_to_read());
  add_text(*command, "--trace", options->trace, "the command writes the trace to this file by itself")
      ->type_name("PATH")
      ->check(not_empty("no file name"));
  add_text(*command, "--timeout", options->timeout,
           "end the command and its process group after this time (SIGTERM, a second later SIGKILL): 1.5s, 2m. Who "
           "reads -o - or standard error too slowly is waited for even then")
      ->type_name("D")
      ->check(duration(1));
  add_junit(*command, options->junit, "write the results of the checks to FILE, as JUnit XML");
  checks->add_for_command(*command);
  add_common(*command, options->common);
  command->callback([options, checks, command, &status] { status = run(*options, *checks, *command); });
}

}  // namespace tracecheck::cmd

#include "analysis/verify.h"

#include <unistd.h>

#include <optional>

#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/file_list.h"
#include "cmd/in_order.h"
#include "cmd/junit_option.h"
#include "cmd/limits.h"
#include "cmd/memory_limit.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/progress.h"
#include "cmd/terminal.h"
#include "export/escape.h"
#include "export/json_value.h"
#include "export/verify_json.h"
#include "export/verify_text.h"

namespace tracecheck::cmd {
namespace {

struct VerifyOptions {
  Common common;
  std::vector<std::string> named;
  FileListOptions files;
  bool json = false;
  bool quiet = false;
  bool allow_truncated = false;
  std::string junit;
};

struct FileResult {
  std::string text;
  int status = kOk;
  JunitCase test;
};

// How the text is shown.
struct Look {
  bool color = false;
  std::size_t width = kAnyWidth;
};

FileResult verify_file(const FileList& files, const std::string& name, const VerifyOptions& options, unsigned workers,
                       const Look& look) {
  const VerifyReport report = verify(files.open(name), workers);
  FileResult result;
  result.status = exit_code(report.verdict, options.allow_truncated && report.events + report.salvageable > 0);
  result.test = {"tracecheck verify", display_name(name), std::nullopt};
  if (result.status != kOk) result.test.failure = ending_text(report.verdict, report.message, report.damage);
  if (options.quiet) return result;
  result.text = options.json ? json_line(verify_json(report, display_name(name), result.status)) + "\n"
                             : verify_text(report, escaped(display_name(name)), look.color, look.width);
  return result;
}

std::optional<std::string> contradiction(const VerifyOptions& options, const FileList& files) {
  if (is_standard_output(options.junit) && !options.quiet) {
    return "--junit would be mixed with the report on standard output; add --quiet, or name a file";
  }
  return junit_problem(options.junit, files.names());
}

int run(const VerifyOptions& options) {
  const FileList files(options.named, options.files, {options.junit});
  if (files.empty()) return bad_usage("verify", "verify needs a file, or a trace on standard input");
  if (const auto problem = contradiction(options, files)) return bad_usage("verify", *problem);
  const Look look{use_color(options.common, STDOUT_FILENO), line_width(STDOUT_FILENO)};
  const unsigned a_file = workers_for_each(options.common, files.size());
  int status = kOk;
  std::vector<JunitCase> cases;
  Output output;
  FilesProgress progress(files);
  const bool written = in_order<FileResult>(
      files.size(), files_at_once(options.common),
      [&](std::size_t i) {
        return naming(files[i], [&] { return verify_file(files, files[i], options, a_file, look); });
      },
      [&](const FileResult& result) {
        progress.file_done();
        status = worse(status, result.status);
        if (!options.junit.empty()) cases.push_back(result.test);
        return output.write(result.text) && output.flush();
      });
  if (!written) {
    complain(output.error());
    return kUsage;
  }
  return write_junit(options.junit, "tracecheck verify", cases) ? status : kUsage;
}

}  // namespace

void setup_verify(CLI::App& app, int& status) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand("verify", "say whether traces are complete, truncated or corrupt, and where");
  command->footer(
      "Exit: 0 complete, 3 truncated, 1 corrupt or not a trace, 4 not judged, 2 unreadable; of many files the worst\n"
      "(2, 1, 4, 3, 0). gzip and zstd are unpacked. Without FILE, or for -, standard input is read.");
  add_inputs(*command, options->named, "traces to check");
  add_file_list(*command, options->files);
  command->add_flag("--json", options->json, "print a JSON document for each file, one a line");
  command->add_flag("-q,--quiet", options->quiet, "print nothing, only set the exit code");
  add_allow_truncated(*command, options->allow_truncated, Reads::ManyFiles);
  add_junit(*command, options->junit, "write a test case for each file to FILE, as JUnit XML; - goes with --quiet");
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

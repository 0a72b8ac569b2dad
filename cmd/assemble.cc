#include "export/assemble.h"

#include "cmd/exit_code.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

struct AssembleOptions {
  Common common;
  std::vector<std::string> files;
  std::string output;
};

std::string place(const AssembleResult& result) {
  return result.line == 0 ? std::string() : "line " + std::to_string(result.line) + ": ";
}

int run(const AssembleOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("assemble", "assemble needs one file of text, or text on standard input");
  if (is_same_file(options.output, files[0])) {
    complain(about(options.output, "is the text that is read; no command changes its input"));
    return kUsage;
  }
  const std::unique_ptr<ByteSource> source = open_input(files[0]);
  Output output(options.output);
  const AssembleResult result = assemble_text(*source, output.sink());
  switch (result.status) {
    case AssembleResult::Status::Done: break;
    case AssembleResult::Status::BadText:
      complain(about(files[0], place(result) + escaped(result.message)));
      return kBad;
    case AssembleResult::Status::Unreadable: complain(about(files[0], escaped(result.message))); return kUsage;
    case AssembleResult::Status::Stopped: complain(output.error()); return kUsage;
  }
  if (!output.commit()) {
    complain(output.error());
    return kUsage;
  }
  return kOk;
}

}  // namespace

void setup_assemble(CLI::App& app, int& status) {
  auto options = std::make_shared<AssembleOptions>();
  CLI::App* command = app.add_subcommand("assemble", "turn the text that wire prints into a trace");
  command->footer("Exit: 0 written, 1 the text is wrong (nothing is written), 2 unreadable.");
  add_input(*command, "TEXT", options->files, "the text");
  add_output(*command, options->output, "the trace to write; a file that is there is replaced")->required();
  add_common(*command, options->common);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/flush_before_reading.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "export/wire_text.h"

namespace tracecheck::cmd {
namespace {

struct WireOptions {
  Common common;
  std::vector<std::string> files;
  bool allow_truncated = false;
};

int run(const WireOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("wire", "wire needs one file, or a trace on standard input");
  Output output;
  const std::unique_ptr<ByteSource> source = flush_before_reading(open_input(files[0]), [&output] { output.flush(); });
  const WireTextResult result = write_wire_text(*source, output.sink());
  if (!output.flush()) {
    complain(output.error());
    return kUsage;
  }
  if (result.damage) {
    tell_damage(files[0], result.verdict, *result.damage);
  } else {
    tell_ending(files[0], result.verdict, result.message, {});
  }
  return exit_code(result.verdict, options.allow_truncated && result.any_events);
}

}  // namespace

void setup_wire(CLI::App& app, int& status) {
  auto options = std::make_shared<WireOptions>();
  CLI::App* command =
      app.add_subcommand("wire", "print the raw events as `go tool trace -d=wire` does, under a header line");
  command->footer(
      "`tracecheck assemble` turns the text into the trace again.\n\nExit as verify's, as far as framing tells.");
  add_input(*command, "FILE", options->files, "the trace to print");
  add_allow_truncated(*command, options->allow_truncated, Reads::OneFile);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

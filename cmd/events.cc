#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "export/escape.h"
#include "export/parsed_text.h"
#include "export/text_workers.h"
#include "tracecheck/salvage.h"

namespace tracecheck::cmd {
namespace {

struct EventsOptions {
  Common common;
  std::vector<std::string> files;
  bool salvage = false;
  bool allow_truncated = false;
};

// On a terminal, where an escape sequence in a text could do harm, the lines between the breaks are escaped.
std::string for_terminal(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t stop = text.find_first_of("\n\t");
    safe += escaped(text.substr(0, stop));
    if (stop == std::string_view::npos) break;
    safe += text[stop];
    text.remove_prefix(stop + 1);
  }
  return safe;
}

int run(const EventsOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("events", "events needs one file, or a trace on standard input");
  // As the Go tool does, it takes no notice of what a header further on says; and it prints what the
  // further checks of verify would object to.
  Output output;
  SalvageOptions salvage;
  salvage.salvage = salvage.skip_foreign_prefix = options.salvage;
  const bool terminal = output.is_terminal();
  SalvageReader reader(open_input(files[0]), salvage);
  TextWorkers lines(
      reader, workers_for_one(options.common), parsed_text_writer,
      [&](std::string_view text) { return terminal ? output.write(for_terminal(text)) : output.write(text); },
      [&] { output.flush(); });
  std::uint64_t events = 0;
  while (const Event* event = lines.next()) {
    events += event->kind() == EventKind::Sync ? 0 : 1;
    if (!lines.put()) break;
  }
  if (!lines.settle() || !output.flush()) {
    complain(output.error());
    return kUsage;
  }
  tell_ending(files[0], reader);
  const Verdict verdict = reader.verdict();
  if (!options.salvage && (verdict == Verdict::Corrupt || (verdict == Verdict::Truncated && reader.version()))) {
    complain(about(files[0], "--salvage prints what can be read past that"));
  }
  return exit_code(verdict, options.allow_truncated && events > 0);
}

}  // namespace

void setup_events(CLI::App& app, int& status) {
  auto options = std::make_shared<EventsOptions>();
  CLI::App* command = app.add_subcommand("events", "print every event as `go tool trace -d=parsed` does");
  command->footer("Prints up to the point of damage, then says on standard error what is wrong.\n\nExit as verify's.");
  add_input(*command, "FILE", options->files, "the trace to print");
  command->add_flag("--salvage", options->salvage,
                    "go on past damage: what is found there is marked ~, or ~? where the order is not the replay's");
  add_allow_truncated(*command, options->allow_truncated, Reads::OneFile);
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

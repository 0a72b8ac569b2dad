#include <optional>
#include <random>
#include <string>
#include <variant>

#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/kinds.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/repeatable_input.h"
#include "cmd/rewritten_trace.h"
#include "export/escape.h"
#include "export/json_value.h"
#include "export/redacted_trace.h"
#include "export/redaction_output.h"

namespace tracecheck::cmd {
namespace {

struct RedactArguments {
  Common common;
  std::vector<std::string> files;
  std::string output;
  std::vector<std::size_t> kinds;  // of TextKind
  std::vector<std::string> patterns;
  bool json = false;
  bool force = false;
};

// Another one each time: nobody can try out which text it was.
HashKey random_key() {
  std::random_device device;
  const auto draw = [&device] { return (std::uint64_t{device()} << 32U) | device(); };
  return {draw(), draw()};
}

// The options, or a sentence that says what is wrong with them.
std::variant<RedactOptions, std::string> make_options(const RedactArguments& arguments) {
  RedactOptions options;
  options.key = random_key();
  for (const std::size_t kind : arguments.kinds) options.kinds |= bit_of(static_cast<TextKind>(kind));
  for (const std::string& pattern : arguments.patterns) {
    if (const auto problem = options.match.add(pattern, {})) return escaped(*problem);
  }
  return options;
}

// Generations with events that are not written, as they are damaged or not in one row with those that are, or of
// another trace, of which repair keeps no more either.
void tell_left_out(const std::string& file, const RepairSurvey& survey, RepairRange range) {
  if (survey.verdict == Verdict::Complete) return;
  std::uint64_t events = 0;
  for (std::size_t i = 0; i < survey.generations.size(); ++i) {
    const bool same_trace = survey.generations[i].segment == survey.generations[range.begin].segment;
    if (same_trace && (i < range.begin || i >= range.end)) events += survey.generations[i].events;
  }
  if (events > 0) {
    complain(about(file, "only whole generations in a row are redacted; events that are left out: " +
                             std::to_string(events) + "; redact what `tracecheck repair` writes to keep more"));
  }
  tell_other_traces(file, survey, range.begin);
}

int put_in_place(const RedactArguments& arguments, const std::string& file, Output& output,
                 const RedactOutcome& outcome) {
  if (!output.commit()) return output_failed(output, {});
  complain(about(arguments.output, describe(outcome)));
  Output list;
  const std::string text = arguments.json
                               ? json_line(redaction_json(outcome, display_name(file), arguments.output)) + "\n"
                               : left_texts(outcome);
  return list.write(text) && list.flush() ? written_code(outcome.unread) : output_failed(list, {});
}

int redact(const RedactArguments& arguments, const RedactOptions& options, const std::string& file) {
  RepeatableInput input(file);
  const RepairSurvey survey = survey_for_repair(input.open());
  tell_ending(file, survey.verdict, survey.message, survey.damage);
  const RepairRange range = best_run(survey);
  if (range.begin == range.end) {
    if (survey.verdict == Verdict::Unreadable && survey.generations.empty()) return kUsage;
    const bool any_events = best_segment(survey).begin != best_segment(survey).end;
    complain(about(
        file, any_events ? "no generation is whole; redact what `tracecheck repair` writes" : "no event can be read"));
    return survey.unread.empty() ? kBad : kNotJudged;
  }
  Output output(arguments.output);
  RedactOutcome outcome = write_redacted(input.open_again(), survey, range, options, output.sink());
  if (!outcome.written) return output_failed(output, {});
  if (!outcome.failure.empty()) return input_failed(file, outcome.failure);
  const ReadBack found = read_back(output, outcome.logs);
  if (!found.flaw.empty()) {
    return output_failed(output, about(file, "what is redacted does not read back as a complete trace: " + found.flaw +
                                                 "; redact what `tracecheck repair` writes"));
  }
  outcome.events = found.events;
  tell_left_out(file, survey, range);
  return put_in_place(arguments, file, output, outcome);
}

int run(const RedactArguments& arguments) {
  const std::variant<RedactOptions, std::string> options = make_options(arguments);
  if (const auto* problem = std::get_if<std::string>(&options)) return bad_usage("redact", *problem);
  const std::vector<std::string> files = inputs(arguments.files);
  if (files.empty()) return bad_usage("redact", "redact needs one file, or a trace on standard input");
  if (arguments.output == "-") return bad_usage("redact", no_output_to_a_pipe("redact"));
  const std::string why = why_not_written(arguments.output, files[0], arguments.force);
  if (why.empty()) return redact(arguments, std::get<RedactOptions>(options), files[0]);
  complain(about(arguments.output, why));
  return kUsage;
}

}  // namespace

void setup_redact(CLI::App& app, int& status) {
  auto arguments = std::make_shared<RedactArguments>();
  CLI::App* command = app.add_subcommand("redact", "write a trace without its texts, to give it to others");
  command->footer(
      "Each text is replaced by one like text-63f05c2c0a31f4e7, the same wherever it stands, another in each run.\n"
      "Those stay that the runtime registers itself, and the functions of package runtime. Times, ids, values, "
      "program\n"
      "counters and clocks stay as they are. Damaged generations are not written. Standard output lists the texts "
      "that\n"
      "are left, a line KIND: TEXT each. OUT is read back before it is put in its place.\n"
      "\n"
      "Exit: 0 OUT is written and reads back complete, 1 there is no whole generation, 4 a limit was\n"
      "reached: OUT has what was read until then, 2 anything else.");
  add_input(*command, "FILE", arguments->files, "the trace");
  add_output(*command, arguments->output, "the trace to write")->required();
  add_kinds(*command, KindsOf::Texts, arguments->kinds,
            "replace only texts of these kinds: category and message (of logs), task and region (their types), label, "
            "function, file and type (of what is on the heap)");
  add_texts(*command, "--match", arguments->patterns, "replace only texts in which this pattern (RE2) is found")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command->add_flag("--json", arguments->json, "print a JSON document instead of the list");
  command->add_flag("--force", arguments->force, "replace the file that OUT names, if there is one");
  add_common(*command, arguments->common);
  add_limits(*command);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tracecheck::cmd

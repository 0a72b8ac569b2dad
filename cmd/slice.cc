#include <optional>
#include <string>
#include <variant>

#include "analysis/query.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/query_options.h"
#include "cmd/repeatable_input.h"
#include "cmd/rewritten_trace.h"
#include "export/escape.h"
#include "export/sliced_trace.h"

namespace tracecheck::cmd {
namespace {

struct SliceOptions {
  Common common;
  std::vector<std::string> files;
  std::string output;
  std::string generations;
  QueryOptions query;  // only its times
  bool force = false;
};

// What is asked for: the one or the other.
using Wanted = std::variant<GenerationNumbers, TimeBounds>;

// The wish, or a sentence that says what is wrong with it.
std::variant<Wanted, std::string> wanted(const SliceOptions& options) {
  const bool by_time = options.query.selects_anything();
  if (by_time && !options.generations.empty()) return "--generations does not go with --since or --until";
  if (by_time) {
    const std::variant<Query, std::string> query = Query::make(options.query);
    if (const auto* problem = std::get_if<std::string>(&query)) return escaped(*problem);
    return Wanted(std::get<Query>(query).times());
  }
  if (options.generations.empty()) return "slice needs --generations, --since or --until";
  if (const auto numbers = parse_generation_numbers(options.generations)) return Wanted(*numbers);
  return "--generations: " + escaped(options.generations) +
         " is no range of generations: give one like 5, 5-6, 5- or -6";
}

int put_in_place(const SliceOptions& options, Output& output, const SliceOutcome& outcome) {
  if (!output.commit()) return output_failed(output, {});
  complain(about(options.output, describe(outcome)));
  return written_code(outcome.unread);
}

int slice(const SliceOptions& options, const Wanted& wanted, const std::string& file) {
  RepeatableInput input(file);
  const RepairSurvey survey = survey_for_repair(input.open());
  tell_ending(file, survey.verdict, survey.message, survey.damage);
  if (survey.verdict == Verdict::Unreadable && survey.generations.empty()) return kUsage;
  std::variant<SlicePlan, std::string> plan =
      std::visit([&survey](const auto& wish) { return plan_slice(survey, wish); }, wanted);
  if (const auto* problem = std::get_if<std::string>(&plan)) {
    complain(about(file, *problem));
    return survey.unread.empty() ? kBad : kNotJudged;
  }
  Output output(options.output);
  SliceOutcome outcome = write_slice(input.open_again(), survey, std::get<SlicePlan>(plan), output.sink());
  if (!outcome.written) return output_failed(output, {});
  if (!outcome.failure.empty()) return input_failed(file, outcome.failure);
  const ReadBack found = read_back(output, outcome.logs_kept);
  outcome.events_kept = found.events;
  if (found.flaw.empty()) {
    tell_other_traces(file, survey, std::get<SlicePlan>(plan).range.begin);
    return put_in_place(options, output, outcome);
  }
  return output_failed(output, about(file, "what is asked for does not read back as a complete trace: " + found.flaw +
                                               "; slice what `tracecheck repair` writes"));
}

int run(const SliceOptions& options) {
  const std::variant<Wanted, std::string> wish = wanted(options);
  if (const auto* problem = std::get_if<std::string>(&wish)) return bad_usage("slice", *problem);
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("slice", "slice needs one file, or a trace on standard input");
  if (options.output == "-") return bad_usage("slice", no_output_to_a_pipe("slice"));
  const std::string why = why_not_written(options.output, files[0], options.force);
  if (why.empty()) return slice(options, std::get<Wanted>(wish), files[0]);
  complain(about(options.output, why));
  return kUsage;
}

}  // namespace

void setup_slice(CLI::App& app, int& status) {
  auto options = std::make_shared<SliceOptions>();
  CLI::App* command = app.add_subcommand("slice", "write a part of a trace as a smaller one");
  command->footer(
      "Generations are written as they stand. One that a time cuts is made anew: with the state of every goroutine "
      "and\n"
      "proc at that time, and then what came until the other. Tasks and regions begun before are there by their ends.\n"
      "What is damaged elsewhere does not matter; inside, what is lost is bridged as repair does it. OUT is read back\n"
      "before it is put in its place.\n"
      "\n"
      "Exit: 0 OUT is written and reads back complete, 1 there is nothing of what is asked for, 4 a limit was\n"
      "reached: OUT has what was read until then, 2 anything else.");
  add_input(*command, "FILE", options->files, "the trace");
  add_output(*command, options->output, "the trace to write")->required();
  add_text(*command, "--generations", options->generations,
           "by the runtime's numbers, as verify gives them: 5, 5-6, 5- or -6")
      ->type_name("RANGE")
      ->check(not_empty("not a generation"));
  add_time_options(*command, options->query);
  command->add_flag("--force", options->force, "replace the file that OUT names, if there is one");
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

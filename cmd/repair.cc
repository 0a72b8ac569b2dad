#include "crash/repair.h"

#include <algorithm>
#include <memory>

#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/repeatable_input.h"
#include "cmd/rewritten_trace.h"
#include "export/repaired_trace.h"

namespace tracecheck::cmd {
namespace {

struct RepairOptions {
  Common common;
  std::vector<std::string> files;
  std::string output;
  bool strict = false;
  bool force = false;
};

// What one way of repairing makes of a trace.
struct Attempt {
  RepairRange range;
  bool strict = false;
};

// The ways to try, the best first. A run of whole generations behind damage may hold more than those before it.
std::vector<Attempt> attempts(const RepairOptions& options, RepeatableInput& input, const RepairSurvey& survey) {
  const RepairRange segment = best_segment(survey);
  const RepairRange run = best_run(survey);
  std::vector<Attempt> result = {{segment, true}};
  if (run.begin != segment.begin) {
    const auto kept = [&](RepairRange range) {
      return write_repaired(input.open_again(), survey, range, true, [](std::string_view) { return true; }).events_kept;
    };
    result.insert(kept(run) > kept(segment) ? result.begin() : result.end(), {run, true});
  }
  if (!options.strict) result.insert(result.begin(), {segment, false});
  return result;
}

int copy(const RepairOptions& options, const std::string& file, RepeatableInput& input) {
  Output output(options.output);
  const std::unique_ptr<ByteSource> source = input.open_again();
  const bool copied = write_copy(*source, output.sink());
  if (!copied && output.error().empty()) return input_failed(file, source->error()->message);
  if (!copied || !output.commit()) return output_failed(output, {});
  complain(about(options.output, "a copy; the trace is complete"));
  return kOk;
}

int repair(const RepairOptions& options, const std::string& file) {
  RepeatableInput input(file);
  const RepairSurvey survey = survey_for_repair(input.open());
  if (survey.verdict == Verdict::Complete) return copy(options, file, input);
  tell_ending(file, survey.verdict, survey.message, survey.damage);
  std::string flaw;
  std::vector<Attempt> left = attempts(options, input, survey);
  while (!left.empty()) {
    const Attempt attempt = left.front();
    left.erase(left.begin());
    Output output(options.output);
    const RepairOutcome outcome =
        write_repaired(input.open_again(), survey, attempt.range, attempt.strict, output.sink());
    if (!outcome.written) return output_failed(output, {});
    if (!outcome.failure.empty()) return input_failed(file, outcome.failure);
    if (outcome.events_kept == 0) continue;
    const ReadBack found = read_back(output, outcome.logs_kept);
    if (!output.error().empty()) return output_failed(output, {});
    if (found.flaw.empty()) {
      if (!output.commit()) return output_failed(output, {});
      complain(about(options.output, describe(outcome)));
      tell_other_traces(file, survey, outcome.generations.front());
      return written_code(outcome.unread);
    }
    flaw = found.flaw;
    // Those before the flaw can be kept.
    if (found.generations < outcome.generations.size()) {
      left.insert(left.begin(), {{attempt.range.begin, outcome.generations[found.generations]}, attempt.strict});
    }
  }
  if (survey.verdict == Verdict::Unreadable && survey.generations.empty()) return kUsage;
  if (flaw.empty()) {
    complain(about(file, "nothing can be kept"));
    return survey.unread.empty() ? kBad : kNotJudged;
  }
  complain(about(file, "what can be kept does not read back as a complete trace: " + flaw));
  return kUsage;
}

int run(const RepairOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("repair", "repair needs one file, or a trace on standard input");
  if (options.output == "-") return bad_usage("repair", no_output_to_a_pipe("repair"));
  const std::string why = why_not_written(options.output, files[0], options.force);
  if (why.empty()) return repair(options, files[0]);
  complain(about(options.output, why));
  return kUsage;
}

}  // namespace

void setup_repair(CLI::App& app, int& status) {
  auto options = std::make_shared<RepairOptions>();
  CLI::App* command = app.add_subcommand("repair", "write what can be kept of a damaged trace as a whole one");
  command->footer(
      "OUT is read back before it is put in its place, and is marked as repaired, which verify tells. A complete\n"
      "trace is copied, unpacked. Of several traces in one stream the one with most events is kept.\n"
      "\n"
      "Exit: 0 OUT is written and reads back complete, 1 nothing can be kept (nothing is written), 4 a limit was\n"
      "reached: OUT has what was read until then, 2 anything else.");
  add_input(*command, "FILE", options->files, "the trace");
  add_output(*command, options->output, "the trace to write")->required();
  command->add_flag("--strict", options->strict, "keep whole generations only");
  command->add_flag("--force", options->force, "replace the file that OUT names, if there is one");
  add_common(*command, options->common);
  add_limits(*command);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

#include "crash/repair.h"

#include <filesystem>
#include <system_error>

#include "analysis/verify.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "cmd/repeatable_input.h"
#include "export/human.h"
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

// Why OUT cannot be written, "" if it can.
std::string refused(const RepairOptions& options, const std::string& file) {
  if (is_same_file(options.output, file)) return "is the trace that is read; no command changes its input";
  if (open_file_number(options.output) || is_no_regular_file(options.output)) {
    return "is no file that could be read back";
  }
  std::error_code missing;
  if (options.force || !std::filesystem::exists(options.output, missing)) return {};
  return "is there already; --force replaces it";
}

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
      return write_repaired(input.open(), survey, range, true, [](std::string_view) { return true; }).events_kept;
    };
    result.insert(kept(run) > kept(segment) ? result.begin() : result.end(), {run, true});
  }
  if (!options.strict) result.insert(result.begin(), {segment, false});
  return result;
}

// Whether what was written is what was meant.
bool reads_back(Output& output, const RepairOutcome& outcome) {
  std::unique_ptr<ByteSource> written = output.read_back();
  if (!written) return false;
  const VerifyReport report = verify(std::move(written));
  return report.verdict == Verdict::Complete && report.logs == outcome.logs_kept;
}

int fail(const Output& output, const std::string& sentence) {
  complain(output.error().empty() ? sentence : output.error());
  return kUsage;
}

int copy(const RepairOptions& options, RepeatableInput& input) {
  Output output(options.output);
  if (!write_copy(*input.open(), output.sink()) || !output.commit()) {
    return fail(output, about(options.output, "could not be copied"));
  }
  complain(about(options.output, "a copy; the trace is complete"));
  return kOk;
}

int repair(const RepairOptions& options, const std::string& file) {
  RepeatableInput input(file);
  const RepairSurvey survey = survey_for_repair(input.open());
  if (survey.verdict == Verdict::Complete) return copy(options, input);
  tell_ending(file, survey.verdict, survey.message, survey.damage);
  bool kept = false;
  for (const Attempt& attempt : attempts(options, input, survey)) {
    Output output(options.output);
    const RepairOutcome outcome = write_repaired(input.open(), survey, attempt.range, attempt.strict, output.sink());
    if (!outcome.written) return fail(output, {});
    if (outcome.events_kept == 0) continue;
    kept = true;
    if (!reads_back(output, outcome)) {
      if (!output.error().empty()) return fail(output, {});
      continue;
    }
    if (!output.commit()) return fail(output, {});
    complain(about(options.output, describe(outcome)));
    return kOk;
  }
  if (survey.verdict == Verdict::Unreadable && survey.generations.empty()) return kUsage;
  complain(about(file, kept ? "what can be kept does not read back as a complete trace" : "nothing can be kept"));
  return kept ? kUsage : kBad;
}

int run(const RepairOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.size() != 1) return bad_usage("repair", "repair needs one file, or a trace on standard input");
  if (options.output == "-") return bad_usage("repair", "repair reads back what it wrote; -o - cannot be");
  const std::string why = refused(options, files[0]);
  if (why.empty()) return repair(options, files[0]);
  complain(about(options.output, why));
  return kUsage;
}

}  // namespace

void setup_repair(CLI::App& app, int& status) {
  auto options = std::make_shared<RepairOptions>();
  CLI::App* command = app.add_subcommand("repair", "write what can be kept of a damaged trace as a whole one");
  command->footer(
      "OUT is read back before it is put in its place, and is marked as repaired, which verify tells. A complete trace "
      "is\n"
      "copied, unpacked.\n"
      "Exit: 0 OUT is written and reads back complete, 1 nothing can be kept (nothing is written), 2 anything else.");
  add_texts(*command, "FILE", options->files, "the trace");
  add_output(*command, options->output, "the trace to write")->required();
  command->add_flag("--strict", options->strict, "keep whole generations only");
  command->add_flag("--force", options->force, "replace the file that OUT names, if there is one");
  add_common(*command, options->common);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd

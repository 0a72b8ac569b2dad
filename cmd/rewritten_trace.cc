#include "cmd/rewritten_trace.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include "analysis/verify.h"
#include "cmd/exit_code.h"
#include "cmd/options.h"
#include "export/escape.h"
#include "export/human.h"

namespace tracecheck::cmd {

std::string why_not_written(const std::string& output, const std::string& input, bool force) {
  if (is_same_file(output, input)) return "is the trace that is read; no command changes its input";
  if (open_file_number(output) || is_no_regular_file(output))
    return "is no regular file, from which what is written could be read back";
  std::error_code missing;
  if (force || !std::filesystem::exists(output, missing)) return {};
  return "is there already; --force replaces it";
}

std::string no_output_to_a_pipe(const std::string& command) {
  return command + " reads back what it wrote, which -o - does not allow: name a file";
}

ReadBack read_back(Output& output, std::uint64_t logs) {
  std::unique_ptr<ByteSource> written = output.read_back();
  if (!written) return {"it cannot be read", 0, 0};
  const VerifyReport report = verify(std::move(written));
  const auto is_good = [](const GenerationInfo& g) { return g.state == GenerationState::Whole; };
  const auto bad = std::find_if_not(report.generations.begin(), report.generations.end(), is_good);
  const auto good = static_cast<std::size_t>(bad - report.generations.begin());
  if (report.verdict != Verdict::Complete) {
    // Where a limit or the system stopped the reading, there is no damage to tell of.
    return {report.damage.empty() ? report.message : report.damage.front().message, good, report.events};
  }
  if (report.logs != logs) return {"it has " + counted(report.logs, "log"), good, report.events};
  return {"", good, report.events};
}

void tell_other_traces(const std::string& file, const RepairSurvey& survey, std::size_t kept) {
  const std::size_t count = survey.generations.back().segment + 1;
  if (count == 1) return;
  complain(about(file, "holds " + counted(count, "trace") + ", of which number " +
                           std::to_string(survey.generations[kept].segment + 1) +
                           " is written; `tracecheck verify` tells at which byte each begins"));
}

int written_code(const std::string& unread) { return unread.empty() ? kOk : kNotJudged; }

int input_failed(const std::string& file, const std::string& failure) {
  complain(about(file, escaped(failure)));
  return kUsage;
}

int output_failed(const Output& output, const std::string& sentence) {
  complain(output.error().empty() ? sentence : output.error());
  return kUsage;
}

}  // namespace tracecheck::cmd

#include "export/check_text.h"

#include <optional>

#include "export/escape.h"
#include "export/limit_text.h"

namespace tracecheck {
namespace {

std::string why(const CheckResult& result) { return result.limit ? limit_text(*result.limit) : result.why; }

}  // namespace

std::string check_lines(const std::vector<CheckResult>& results, const std::string& prefix, bool color) {
  std::string lines;
  for (const CheckResult& result : results) {
    const std::string word = result.ok ? "ok" : "failed";
    lines += prefix;
    lines += color ? (result.ok ? "\x1b[1;32m" : "\x1b[1;31m") + word + "\x1b[0m" : word;
    lines += " " + escaped(result.check) + ": " + escaped(why(result)) + "\n";
  }
  return lines;
}

std::vector<JunitCase> junit_cases(const std::vector<CheckResult>& results, const std::string& group) {
  std::vector<JunitCase> cases;
  for (const CheckResult& result : results) {
    cases.push_back({group, result.check, result.ok ? std::nullopt : std::optional(why(result))});
  }
  return cases;
}

}  // namespace tracecheck

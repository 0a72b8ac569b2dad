#include "cmd/junit_option.h"

#include <unistd.h>

#include "cmd/options.h"
#include "cmd/output.h"

namespace tracecheck::cmd {

void add_junit(CLI::App& app, std::string& path, const std::string& help) {
  add_text(app, "--junit", path, help)->type_name("FILE")->check(not_empty("no file name"));
}

std::optional<std::string> junit_problem(const std::string& path, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    if (is_same_file(path, input))
      return "--junit: " + about(path, "is a trace that is read; no command changes its input");
  }
  if (path.empty() || is_standard_output(path)) return std::nullopt;
  if (goes_to_file(STDOUT_FILENO, path)) {
    return "--junit names the file that standard output goes to; --junit - writes there";
  }
  if (goes_to_file(STDERR_FILENO, path)) return "--junit names the file that standard error goes to";
  return std::nullopt;
}

bool write_junit(const std::string& path, std::string_view suite, const std::vector<JunitCase>& cases) {
  if (path.empty()) return true;
  Output output(path);
  output.write(junit_xml(suite, cases));
  if (output.commit()) return true;
  complain(output.error());
  return false;
}

}  // namespace tracecheck::cmd

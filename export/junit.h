// The JUnit form of test results, which CI systems read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck {

struct JunitCase {
  std::string group;  // what was tested: a command, a file
  std::string name;
  std::optional<std::string> failure;  // why, if it failed
};

/// One suite with these cases, as an XML document. Texts may hold anything: what is not printable is escaped as Go
/// does it, since XML has no way to write it.
std::string junit_xml(std::string_view suite, const std::vector<JunitCase>& cases);

}  // namespace tracecheck

// The results of checks, for people and for CI systems.
#pragma once

#include <string>
#include <vector>

#include "analysis/expectations.h"
#include "export/junit.h"

namespace tracecheck {

/// A line each: "PREFIXok CHECK: WHY" or "PREFIXfailed CHECK: WHY". The prefix is printed as given; texts are escaped.
std::string check_lines(const std::vector<CheckResult>& results, const std::string& prefix, bool color);

/// A test case each, of the group `group`.
std::vector<JunitCase> junit_cases(const std::vector<CheckResult>& results, const std::string& group);

}  // namespace tracecheck

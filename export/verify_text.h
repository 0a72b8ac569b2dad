// The report of `verify` for people.
#pragma once

#include <string>

#include "analysis/verify.h"

namespace tracecheck {

/// A verdict line, then indented lines with what a person needs. `file` is printed as given; text from the
/// trace is escaped.
std::string verify_text(const VerifyReport& report, const std::string& file, bool color);

}  // namespace tracecheck

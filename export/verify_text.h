// The report of `verify` for people.
#pragma once

#include <string>

#include "analysis/verify.h"
#include "export/wrap.h"

namespace tracecheck {

/// A verdict line, then indented lines with what a person needs. `file` is printed as given; text from the
/// trace is escaped. Lines are no longer than `width`, if their words allow it.
std::string verify_text(const VerifyReport& report, const std::string& file, bool color, std::size_t width = kAnyWidth);

}  // namespace tracecheck

// What verify tells a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/verify.h"
#include "export/wrap.h"

namespace tracecheck {

/// A line below the verdict. Texts of the trace in it are escaped.
struct VerifyLine {
  std::string_view label;  // a word of ours; "" where the line goes on from the one before
  std::string text;
};
std::vector<VerifyLine> verify_lines(const VerifyReport& report);

/// The verdict of one file, the lines below it. `file` is shown as it is; `color` paints the verdict for a terminal.
/// Lines are no longer than `width`, if their words allow it.
std::string verify_text(const VerifyReport& report, const std::string& file, bool color, std::size_t width = kAnyWidth);

}  // namespace tracecheck

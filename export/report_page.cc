#include "export/report_page.h"

#include <algorithm>

#include "export/json_value.h"
#include "export/report_data.h"
#include "export/report_page_parts.h"

namespace tracecheck {
namespace {

// Within a script element, nothing must look like its end, or a comment's beginning. `<` stands in strings only.
std::string script_safe(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

bool write_report_page(const TraceReport& report, const std::string& file, int exit, const Sink& sink) {
  const auto write = [&](std::span<const std::string_view> pieces) {
    return std::all_of(pieces.begin(), pieces.end(), sink);
  };
  // What is not printable, U+2028 for one, is escaped there.
  return write(report_page_before_data()) && sink(script_safe(json_line(report_data(report, file, exit)))) &&
         write(report_page_after_data());
}

}  // namespace tracecheck

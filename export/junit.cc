#include "export/junit.h"

#include <algorithm>

#include "export/escape.h"

namespace tracecheck {
namespace {

// ` NAME="TEXT"`
std::string attribute(std::string_view name, std::string_view text) {
  std::string out = " " + std::string(name) + "=\"";
  for (const char c : escaped(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string junit_xml(std::string_view suite, const std::vector<JunitCase>& cases) {
  const auto failures =
      std::count_if(cases.begin(), cases.end(), [](const JunitCase& one) { return one.failure.has_value(); });
  const std::string counts =
      attribute("tests", std::to_string(cases.size())) + attribute("failures", std::to_string(failures));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts + ">\n  <testsuite" +
                    attribute("name", suite) + counts + ">\n";
  for (const JunitCase& one : cases) {
    out += "    <testcase" + attribute("classname", one.group) + attribute("name", one.name);
    out += one.failure ? "><failure" + attribute("message", *one.failure) + "/></testcase>\n" : "/>\n";
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace tracecheck

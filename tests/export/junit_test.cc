// The JUnit form of results. tests/cli/test_run.py has it read by an XML parser.
#include "export/junit.h"

#include <catch2/catch.hpp>

using namespace tracecheck;

TEST_CASE("cases and failures are counted and told", "[junit]") {
  CHECK(junit_xml("suite", {{"group", "one", std::nullopt}, {"group", "two", "why"}}) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites tests=\"2\" failures=\"1\">\n"
        "  <testsuite name=\"suite\" tests=\"2\" failures=\"1\">\n"
        "    <testcase classname=\"group\" name=\"one\"/>\n"
        "    <testcase classname=\"group\" name=\"two\"><failure message=\"why\"/></testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

TEST_CASE("a suite may be empty", "[junit]") {
  CHECK(junit_xml("s", {}).find("<testsuites tests=\"0\" failures=\"0\">") != std::string::npos);
}

TEST_CASE("what XML cannot hold is escaped", "[junit]") {
  const std::string text = junit_xml("s", {{"g", "<&>\"' \xff \x01 \n \xef\xbf\xbe \xc3\xbc", std::nullopt}});
  CHECK(text.find("name=\"&lt;&amp;&gt;&quot;' \\xff \\x01 \\n \\ufffe \xc3\xbc\"") != std::string::npos);
}

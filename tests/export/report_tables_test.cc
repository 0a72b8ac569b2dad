#include "export/report_tables.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tracecheck;

TEST_CASE("Each text stands in a page once, escaped, and long ones are cut", "[report]") {
  ReportTables tables;
  CHECK(tables.text("") == 0);
  const std::size_t number = tables.text("a\x1b");
  CHECK(tables.text("a\x1b") == number);
  const std::size_t lost = tables.text("", 34);
  const std::size_t cut = tables.text(std::string(5000, 'x'));
  const nlohmann::ordered_json texts = tables.texts();
  CHECK(texts[number].get<std::string>() == "a\\x1b");
  CHECK(texts[lost].get<std::string>() == "string#34");
  CHECK(texts[cut].get<std::string>().ends_with("x… (4700 bytes more)"));
}

TEST_CASE("A trace of nothing but different names does not make the page larger and larger", "[report]") {
  ReportTables tables;
  const std::size_t first = tables.text("the first");
  std::size_t last = 0;
  for (int i = 0; i < 50000; ++i) last = tables.text(std::to_string(i) + std::string(290, '\x01'));
  CHECK(tables.text("the first") == first);
  const nlohmann::ordered_json texts = tables.texts();
  CHECK(texts[last].get<std::string>() == "(left out)");
  CHECK(texts.dump().size() < 6U * 1024U * 1024U);
}

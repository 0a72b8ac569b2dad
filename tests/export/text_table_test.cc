#include "export/text_table.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

using namespace tracecheck;

namespace {

TextTable example() {
  TextTable table({"execution", "sched wait", "blocked", "syscall", "total", "function"});
  table.add({"1.25ms", "3.5ms", "1s", "2s", "3s", "example.com/server/handlers.(*Conn).serve"});
  return table;
}

std::string printed(const TextTable& table, std::size_t width) {
  std::string text;
  table.print(text, {.color = false, .width = width});
  return text;
}

}  // namespace

TEST_CASE("A table without a terminal is as wide as what is in it", "[text_table]") {
  CHECK(printed(example(), 0) ==
        "execution  sched wait  blocked  syscall  total  function\n"
        "   1.25ms       3.5ms       1s       2s     3s  example.com/server/handlers.(*Conn).serve\n");
  CHECK(printed(example(), 90) == printed(example(), 0));
}

TEST_CASE("A name is cut in its middle, its end stays", "[text_table]") {
  CHECK(printed(example(), 80) ==
        "execution  sched wait  blocked  syscall  total  function\n"
        "   1.25ms       3.5ms       1s       2s     3s  example.com/serv…s.(*Conn).serve\n");
}

TEST_CASE("Names have a third of the width at least, and the last numbers give way", "[text_table]") {
  CHECK(printed(example(), 60) ==
        "execution  sched wait  blocked  function\n"
        "   1.25ms       3.5ms       1s  example.com/se…(*Conn).serve\n"
        "a wider terminal also shows: syscall, total\n");
  TextTable sorted = example();
  sorted.keep(4);
  CHECK(printed(sorted, 60).starts_with("execution  sched wait  blocked  total  function\n"));
}

TEST_CASE("Without names all numbers are there that have room", "[text_table]") {
  TextTable table({"generation", "at byte", "bytes", "batches", "events"}, 0);
  table.add({"1", "16", "2048", "4", "1000000"});
  CHECK(printed(table, 44) ==
        "generation  at byte  bytes  batches   events\n"
        "         1       16   2048        4  1000000\n");
  CHECK(printed(table, 43) ==
        "generation  at byte  bytes  batches\n"
        "         1       16   2048        4\n"
        "a wider terminal also shows: events\n");
  CHECK(printed(table, std::numeric_limits<std::size_t>::max()) == printed(table, 0));
}

TEST_CASE("Text is cut by columns, not by bytes", "[text_table]") {
  CHECK(shortened("größer", 6) == "größer");
  CHECK(shortened("größer", 4) == "grö…");
  CHECK(shortened("größer", 5, Cut::Middle) == "gr…er");
  CHECK(shortened("abc", 1, Cut::Middle) == "…");
}

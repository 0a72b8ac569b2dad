// What tells a panic from a fatal error. tests/cli/test_run_traces.py has both from real programs.
#include "analysis/crash_words.h"

#include <catch2/catch.hpp>

using namespace tracecheck;

namespace {

bool only_panicked(std::initializer_list<std::string_view> pieces) {
  CrashWords words;
  for (const std::string_view piece : pieces) words.see(piece);
  return words.only_panicked();
}

}  // namespace

TEST_CASE("a panic is told at the beginning of a line, however it comes", "[crash words]") {
  CHECK(only_panicked({"panic: yzzyx\n"}));
  CHECK(only_panicked({"listening\npan", "ic", ": yzzyx"}));
  CHECK_FALSE(only_panicked({}));
  CHECK_FALSE(only_panicked({"no panic: here\n"}));
}

TEST_CASE("after a fatal error a panic has nothing flushed", "[crash words]") {
  CHECK_FALSE(only_panicked({"fatal error: concurrent map writes\n"}));
  CHECK_FALSE(only_panicked({"panic: x\n", "fatal error: y\n"}));
  CHECK_FALSE(only_panicked({"SIGQUIT: quit\n"}));
  CHECK(only_panicked({"panic: x\n\tfatal error: y\n"}));
}

// Signals by name and number.
#include "analysis/signal_name.h"

#include <catch2/catch.hpp>
#include <csignal>

using namespace tracecheck;

TEST_CASE("signals have names", "[signal_name]") {
  CHECK(signal_name(SIGKILL) == "SIGKILL");
  CHECK(signal_name(SIGSEGV) == "SIGSEGV");
  CHECK(signal_name(SIGRTMIN + 3).starts_with("signal "));
}

TEST_CASE("a signal is named in three ways", "[signal_name]") {
  CHECK(parse_signal("SIGKILL") == SIGKILL);
  CHECK(parse_signal("KILL") == SIGKILL);
  CHECK(parse_signal("9") == 9);
  CHECK(parse_signal("40") == 40);
}

TEST_CASE("what is no signal is refused", "[signal_name]") {
  for (const char* text : {"", "SIG", "0", "-9", "65", "99999999999", "kill", "SIGNOTHING", "9 ", "SIGSIGKILL"}) {
    INFO(text);
    CHECK_FALSE(parse_signal(text));
  }
}

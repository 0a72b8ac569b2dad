// Checks: how they are read from text, and how they are judged by what they are told.
#include "analysis/expectations.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

using namespace tracecheck;

namespace {

std::string problem_of(const ParsedExpectation& parsed) {
  const auto* problem = std::get_if<std::string>(&parsed);
  return problem == nullptr ? "" : *problem;
}

template <typename Kind>
Kind parsed_as(const ParsedExpectation& parsed) {
  return std::get<Kind>(std::get<Expectation>(parsed));
}

ChildEnd exited(int code) { return {code, 0, false}; }
ChildEnd ended_by(int signal) { return {0, signal, false}; }

CheckResult judged(const Expectation& expectation, const ChildEnd& end) {
  Checks checks;
  checks.add("check", expectation);
  checks.see_end(end);
  return checks.results().at(0);
}

CheckResult judged(const Expectation& expectation, Verdict verdict) {
  Checks checks;
  checks.add("check", expectation);
  checks.see_verdict(verdict);
  return checks.results().at(0);
}

CheckResult judged_by_logs(const Expectation& expectation, const std::string& fixture) {
  Checks checks;
  checks.add("check", expectation);
  checks.see_logs(open_file(TESTDATA "/" + fixture));
  return checks.results().at(0);
}

void check_result(const CheckResult& result, bool ok, const std::string& why) {
  CHECK(result.ok == ok);
  CHECK(result.why == why);
}

}  // namespace

constexpr const char* kNotFoundButMayBeGone =
    "not found, and the trace is complete; but trace.Stop did not end it: it was a panic, "
    "which loses nothing, or a kill or os.Exit, and then up to a second may be gone, unseen";

TEST_CASE("an exit code is 0 to 255", "[expectations]") {
  CHECK(parsed_as<ExpectExit>(parse_exit_expectation("0")).code == 0);
  CHECK(parsed_as<ExpectExit>(parse_exit_expectation("255")).code == 255);
  for (const char* text : {"", "256", "-1", "2x", "99999999999"}) {
    CHECK(problem_of(parse_exit_expectation(text)) == "'" + std::string(text) + "' is not an exit code (0 to 255)");
  }
}

TEST_CASE("a signal has a name or a number", "[expectations]") {
  CHECK(parsed_as<ExpectSignal>(parse_signal_expectation("KILL")).number == SIGKILL);
  CHECK(problem_of(parse_signal_expectation("x")) == "'x' is not a signal, such as SIGKILL or 9");
}

TEST_CASE("a log is split at the first colon", "[expectations]") {
  const auto log = parsed_as<ExpectLog>(parse_log_expectation("a:b:c"));
  CHECK((log.category == "a" && log.message == "b:c" && !log.forbidden));
  const auto empty = parsed_as<ExpectLog>(parse_no_log_expectation(":"));
  CHECK((empty.category.empty() && empty.message.empty() && empty.forbidden));
  CHECK(problem_of(parse_log_expectation("abc")) == "'abc' is not CATEGORY:MESSAGE");
}

TEST_CASE("text on standard error is any but none", "[expectations]") {
  CHECK(parsed_as<ExpectErrorText>(parse_error_expectation("1:x")).text == "1:x");
  CHECK_FALSE(parsed_as<ExpectErrorText>(parse_error_expectation("x")).count);
  CHECK(problem_of(parse_error_expectation("")) == "'' is not a text to look for");
  const auto counted = parsed_as<ExpectErrorText>(parse_error_count_expectation("12:x:y"));
  CHECK((counted.text == "x:y" && counted.count == 12U));
  for (const char* text : {"", "x", "1", ":x", "x:y", "-1:x", "1 :x", "99999999999999999999:x"}) {
    CHECK(problem_of(parse_error_count_expectation(text)) == "'" + std::string(text) + "' is not N:TEXT");
  }
  CHECK(problem_of(parse_error_count_expectation("1:")) == "'1:' has no text to look for");
}

TEST_CASE("a verdict has the name that verify gives it", "[expectations]") {
  CHECK(parsed_as<ExpectVerdict>(parse_verdict_expectation("not a trace")).verdict == Verdict::NotATrace);
  CHECK(problem_of(parse_verdict_expectation("fine")) ==
        "'fine' is not a verdict (known: complete, truncated, corrupt, not a trace, not judged, unreadable)");
}

TEST_CASE("a crash is an exit code other than 0, or a signal", "[expectations]") {
  check_result(judged(ExpectCrash{}, exited(2)), true, "it exited with code 2");
  check_result(judged(ExpectCrash{}, ended_by(SIGKILL)), true, "SIGKILL ended it");
  check_result(judged(ExpectCrash{}, exited(0)), false, "it exited with code 0");
}

TEST_CASE("an exit code and a signal are told apart", "[expectations]") {
  check_result(judged(ExpectExit{2}, exited(2)), true, "it exited with code 2");
  check_result(judged(ExpectExit{2}, exited(1)), false, "it exited with code 1");
  check_result(judged(ExpectExit{0}, ended_by(SIGTERM)), false, "SIGTERM ended it");
  check_result(judged(ExpectSignal{SIGTERM}, ended_by(SIGTERM)), true, "SIGTERM ended it");
  check_result(judged(ExpectSignal{SIGTERM}, ended_by(SIGKILL)), false, "SIGKILL ended it");
  check_result(judged(ExpectSignal{SIGTERM}, exited(128 + SIGTERM)), false, "it exited with code 143");
}

TEST_CASE("how a command would have ended without a timeout is not known", "[expectations]") {
  const ChildEnd timed_out{0, SIGTERM, true};
  for (const Expectation& expectation : std::vector<Expectation>{ExpectCrash{}, ExpectExit{0}, ExpectSignal{SIGTERM}}) {
    check_result(judged(expectation, timed_out), false, "it did not end by itself");
  }
}

TEST_CASE("a verdict is compared", "[expectations]") {
  check_result(judged(ExpectVerdict{Verdict::Truncated}, Verdict::Truncated), true, "the trace is truncated");
  check_result(judged(ExpectVerdict{Verdict::Complete}, Verdict::Truncated), false, "the trace is truncated");
}

TEST_CASE("text on standard error is found across pieces", "[expectations]") {
  Checks checks;
  checks.add("once", ExpectErrorText{"yzzyx\n", 1});
  checks.add("twice", ExpectErrorText{"z", 2});
  checks.add("thrice", ExpectErrorText{"z", 3});
  checks.add("never", ExpectErrorText{"xyzzy", 0});
  checks.add("somewhere", ExpectErrorText{"panic", std::nullopt});
  checks.add("nowhere", ExpectErrorText{"fatal", std::nullopt});
  checks.see_error_output("panic: yz");
  checks.see_error_output("zyx\nxyzz");
  const std::vector<CheckResult> results = checks.results();
  check_result(results[0], true, "found once");
  check_result(results[1], false, "found 4 times");
  check_result(results[2], false, "found 4 times");
  check_result(results[3], true, "not found");
  check_result(results[4], true, "found once");
  check_result(results[5], false, "not found");
}

TEST_CASE("what a kill took without a trace is not known not to be there", "[expectations]") {
  std::string said = "panic: yzzyx\n\ngoroutine 1 [running]:\n";
  const auto judged = [&said](const ChildEnd& end, const std::string& trace) {
    Checks checks;
    checks.add("a", ExpectLog{"a", "b", true});
    checks.see_error_output(said);
    checks.see_end(end);
    checks.see_logs(open_file(std::string(TESTDATA) + trace));
    return checks.results()[0];
  };
  const auto exited = [](int code) { return ChildEnd{.exit_code = code}; };
  const auto killed = [](int number) { return ChildEnd{.signal = number}; };
  const std::string begun = "/ok/go1.26-crasher.trace";
  check_result(judged(exited(2), begun), true, kNotFoundButMayBeGone);
  check_result(judged(killed(SIGABRT), begun), true, kNotFoundButMayBeGone);
  check_result(judged(killed(SIGKILL), begun), false, kNotFoundButMayBeGone);
  check_result(judged(exited(0), begun), false, kNotFoundButMayBeGone);
  check_result(judged(exited(1), begun), false, kNotFoundButMayBeGone);
  check_result(judged(ChildEnd{.timed_out = true}, begun), false, kNotFoundButMayBeGone);
  const std::string stopped = "/ok/go1.26-stop-late.trace";
  check_result(judged(exited(0), stopped), true, "not found, and the trace is complete");
  check_result(judged(exited(1), stopped), true, "not found, and the trace is complete");
  const std::string of_old = "/ok/go1.22-stop-late.trace";
  CHECK(judged(exited(0), of_old).ok);
  CHECK_FALSE(judged(exited(2), of_old).ok);
  for (const char* text : {"", "SIGQUIT: quit\n", "fatal error: sync: unlock of unlocked mutex\n", "no panic: here\n",
                           "panic: a\nfatal error: panic while printing panic value\n"}) {
    said = text;
    check_result(judged(exited(2), begun), false, kNotFoundButMayBeGone);
    check_result(judged(killed(SIGABRT), begun), false, kNotFoundButMayBeGone);
  }
}

TEST_CASE("a log is found by both its texts, exactly", "[expectations]") {
  const std::string crasher = "ok/go1.26-crasher.trace";
  check_result(judged_by_logs(ExpectLog{"xyzzy-cat", "xyzzy-msg"}, crasher), true, "found once");
  for (const auto& [category, message] : std::vector<std::pair<std::string, std::string>>{
           {"xyzzy-cat", "xyzzy"}, {"xyzzy", "xyzzy-msg"}, {"xyzzy-msg", "xyzzy-cat"}, {"xyzzy.cat", "xyzzy-msg"}}) {
    check_result(judged_by_logs(ExpectLog{category, message}, crasher), false, kNotFoundButMayBeGone);
  }
}

TEST_CASE("several checks on logs do not mix", "[expectations]") {
  Checks checks;
  checks.add("a", ExpectLog{"xyzzy-cat", "other"});
  checks.add("b", ExpectLog{"other", "xyzzy-msg"});
  checks.add("c", ExpectLog{"xyzzy-cat", "xyzzy-msg"});
  checks.see_logs(open_file(TESTDATA "/ok/go1.26-crasher.trace"));
  const std::vector<CheckResult> results = checks.results();
  CHECK((!results[0].ok && !results[1].ok && results[2].ok));
}

TEST_CASE("a forbidden log must be known not to be there", "[expectations]") {
  check_result(judged_by_logs(ExpectLog{"xyzzy-cat", "xyzzy-msg", true}, "ok/go1.26-crasher.trace"), false,
               "found once");
  check_result(judged_by_logs(ExpectLog{"xyzzy-cat", "x", true}, "ok/go1.26-crasher.trace"), true,
               kNotFoundButMayBeGone);
  check_result(judged_by_logs(ExpectLog{"a", "b", true}, "truncated/go1.26-exit-bare.trace"), false,
               "not found; the trace is truncated: it may be in what is missing");
  const CheckResult lost = judged_by_logs(ExpectLog{"last", "x", true}, "truncated/go1.26-mapwrites-late.trace");
  check_result(lost, false,
               "not found; 2 logs that may be it have lost their texts; the trace is truncated: it may be in what is "
               "missing");
  check_result(judged_by_logs(ExpectLog{"a", "b", true}, "other/none"), false, "not found; the trace is unreadable");
}

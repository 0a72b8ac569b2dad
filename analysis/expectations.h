// What a command, or a trace that exists, is expected to be: checks as values, told what came to pass, and judged.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/crash_words.h"
#include "analysis/log_scan.h"
#include "analysis/text_counter.h"
#include "analysis/trace_limit.h"
#include "crash/child.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// An exit code that is not 0, or a signal.
struct ExpectCrash {};
struct ExpectExit {
  int code = 0;
};
struct ExpectSignal {
  int number = 0;
};
/// A log of exactly these texts: at least one, or none.
struct ExpectLog {
  std::string category;
  std::string message;
  bool forbidden = false;
};
/// Text on standard error: so often, or at least once.
struct ExpectErrorText {
  std::string text;
  std::optional<std::uint64_t> count;
};
struct ExpectVerdict {
  Verdict verdict = Verdict::Complete;
};

using Expectation =
    std::variant<ExpectCrash, ExpectExit, ExpectSignal, ExpectLog, ExpectErrorText, ExpectVerdict, TraceLimit>;

/// An expectation, or a sentence that says what is wrong with the text that was to be one.
using ParsedExpectation = std::variant<Expectation, std::string>;

ParsedExpectation parse_exit_expectation(std::string_view text);         // "2"
ParsedExpectation parse_signal_expectation(std::string_view text);       // "SIGKILL", "KILL", "9"
ParsedExpectation parse_log_expectation(std::string_view text);          // "CATEGORY:MESSAGE", split at the first colon
ParsedExpectation parse_no_log_expectation(std::string_view text);       // likewise
ParsedExpectation parse_error_expectation(std::string_view text);        // any text but ""
ParsedExpectation parse_error_count_expectation(std::string_view text);  // "N:TEXT"
ParsedExpectation parse_verdict_expectation(std::string_view text);      // one of verdict_names

std::vector<std::string> verdict_names();

// As trace_limit.h has them.
ParsedExpectation parse_stop_limit(std::string_view text);
ParsedExpectation parse_gc_pause_limit(std::string_view text);
ParsedExpectation parse_blocked_limit(std::string_view text);
ParsedExpectation parse_scheduling_limit(std::string_view text);
ParsedExpectation parse_count_limit(std::string_view text);

struct CheckResult {
  std::string check;  // its name
  bool ok = false;
  std::string why;                    // what was found, as a part of a sentence; "" of a limit
  std::optional<LimitFinding> limit;  // of a limit: what was found
};

bool all_hold(const std::vector<CheckResult>& results);

/// Checks and what they have been told so far. What none of them asks for need not be told.
class Checks {
 public:
  /// The check is called `name` in its result.
  void add(std::string name, Expectation expectation);
  bool empty() const { return checks_.empty(); }

  /// The next piece of the command's standard error.
  void see_error_output(std::string_view piece);
  void see_end(const ChildEnd& end) { end_ = end; }
  void see_verdict(Verdict verdict) { verdict_ = verdict; }
  /// Whether some check is about logs.
  bool want_logs() const { return want<ExpectLog>(); }
  /// Whether some check is a limit.
  bool want_summary() const { return want<TraceLimit>(); }
  void see_summary(const Summary& summary, Verdict verdict, bool nothing_lost = false);
  /// Searches a trace for the logs that checks are about.
  void see_logs(std::unique_ptr<ByteSource> trace);

  /// In the order in which they were added.
  std::vector<CheckResult> results() const;

 private:
  struct Check {
    std::string name;
    Expectation expectation;
    std::optional<TextCounter> texts;  // of ExpectErrorText
    std::uint64_t logs = 0;            // found
    std::uint64_t lost_logs = 0;       // that may be it, but have lost a text
    std::optional<LimitFinding> limit;
  };
  class Judge;

  template <typename Kind>
  bool want() const {
    return std::any_of(checks_.begin(), checks_.end(),
                       [](const Check& check) { return std::holds_alternative<Kind>(check.expectation); });
  }
  Query log_query() const;
  void see_log(const FoundLog& log);

  std::vector<Check> checks_;
  CrashWords crash_words_;
  std::optional<ChildEnd> end_;
  std::optional<Verdict> verdict_;
  // Of what was searched for logs.
  std::optional<Verdict> searched_;
  std::optional<GoVersion> version_;
  bool next_began_ = false;  // one more generation begins, and has no event
};

}  // namespace tracecheck

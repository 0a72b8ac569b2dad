#include "analysis/expectations.h"

#include <array>
#include <charconv>
#include <csignal>
#include <type_traits>
#include <utility>

#include "analysis/ending.h"
#include "analysis/signal_name.h"
#include "analysis/verdict_phrase.h"
#include "reader/limited_source.h"

namespace tracecheck {
namespace {

constexpr int kMaxExitCode = 255;
constexpr std::array kVerdicts = {Verdict::Complete,  Verdict::Truncated, Verdict::Corrupt,
                                  Verdict::NotATrace, Verdict::NotJudged, Verdict::Unreadable};

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

ParsedExpectation parse_log(std::string_view text, bool forbidden) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return quoted(text) + " is not CATEGORY:MESSAGE";
  return ExpectLog{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1)), forbidden};
}

ParsedExpectation as_expectation(ParsedTraceLimit parsed) {
  if (auto* problem = std::get_if<std::string>(&parsed)) return std::move(*problem);
  return std::get<TraceLimit>(parsed);
}

// Whether the log is, or may be, the one that is meant.
Match match_log(const FoundLog& found, const ExpectLog& wanted) {
  const auto& log = *found.event.as<Log>();
  const auto [lost_category, lost_message] = found.event.lost_text;
  if (lost_category == 0 && log.category != wanted.category) return Match::No;
  if (lost_message == 0 && log.message != wanted.message) return Match::No;
  return lost_category != 0 || lost_message != 0 ? Match::Perhaps : Match::Yes;
}

std::string times_found(std::uint64_t count) {
  if (count == 0) return "not found";
  return count == 1 ? "found once" : "found " + std::to_string(count) + " times";
}

}  // namespace

ParsedExpectation parse_exit_expectation(std::string_view text) {
  const auto code = parse_number<int>(text);
  if (!code || *code < 0 || *code > kMaxExitCode) return quoted(text) + " is not an exit code (0 to 255)";
  return ExpectExit{*code};
}

ParsedExpectation parse_signal_expectation(std::string_view text) {
  const auto number = parse_signal(text);
  if (!number) return quoted(text) + " is not a signal, such as SIGKILL or 9";
  return ExpectSignal{*number};
}

ParsedExpectation parse_log_expectation(std::string_view text) { return parse_log(text, false); }
ParsedExpectation parse_no_log_expectation(std::string_view text) { return parse_log(text, true); }

ParsedExpectation parse_error_expectation(std::string_view text) {
  if (text.empty()) return std::string("'' is not a text to look for");
  return ExpectErrorText{std::string(text), std::nullopt};
}

ParsedExpectation parse_error_count_expectation(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto count = parse_number<std::uint64_t>(text.substr(0, colon));
  if (colon == std::string_view::npos || !count) return quoted(text) + " is not N:TEXT";
  if (colon + 1 == text.size()) return quoted(text) + " has no text to look for";
  return ExpectErrorText{std::string(text.substr(colon + 1)), count};
}

ParsedExpectation parse_verdict_expectation(std::string_view text) {
  std::string known;
  for (const Verdict verdict : kVerdicts) {
    if (verdict_name(verdict) == text) return ExpectVerdict{verdict};
    known += (known.empty() ? "" : ", ") + std::string(verdict_name(verdict));
  }
  return quoted(text) + " is not a verdict (known: " + known + ")";
}

ParsedExpectation parse_stop_limit(std::string_view text) {
  return as_expectation(parse_time_limit(Measure::StopTheWorld, text));
}
ParsedExpectation parse_gc_pause_limit(std::string_view text) {
  return as_expectation(parse_time_limit(Measure::GcPause, text));
}
ParsedExpectation parse_blocked_limit(std::string_view text) {
  return as_expectation(parse_time_limit(Measure::Blocked, text));
}
ParsedExpectation parse_scheduling_limit(std::string_view text) { return as_expectation(parse_latency_limit(text)); }
ParsedExpectation parse_count_limit(std::string_view text) { return as_expectation(parse_goroutine_limit(text)); }

bool all_hold(const std::vector<CheckResult>& results) {
  return std::all_of(results.begin(), results.end(), [](const CheckResult& result) { return result.ok; });
}

std::vector<std::string> verdict_names() {
  std::vector<std::string> names;
  for (const Verdict verdict : kVerdicts) names.emplace_back(verdict_name(verdict));
  return names;
}

void Checks::add(std::string name, Expectation expectation) {
  Check check;
  check.name = std::move(name);
  if (const auto* error = std::get_if<ExpectErrorText>(&expectation)) check.texts.emplace(error->text);
  check.expectation = std::move(expectation);
  checks_.push_back(std::move(check));
}

void Checks::see_error_output(std::string_view piece) {
  crash_words_.see(piece);
  for (Check& check : checks_) {
    if (check.texts) check.texts->see(piece);
  }
}

void Checks::see_summary(const Summary& summary, Verdict verdict, bool nothing_lost) {
  for (Check& check : checks_) {
    if (const auto* limit = std::get_if<TraceLimit>(&check.expectation))
      check.limit = measure(*limit, summary, verdict, nothing_lost);
  }
}

// Logs that have one of the categories and one of the messages: more than are meant, if there are several checks.
Query Checks::log_query() const {
  QueryOptions options;
  options.style.fixed = options.style.whole = true;
  for (const Check& check : checks_) {
    const auto* log = std::get_if<ExpectLog>(&check.expectation);
    if (log == nullptr) continue;
    options.category.push_back(log->category);
    options.message.push_back(log->message);
  }
  return std::get<Query>(Query::make(options));  // plain texts cannot be wrong
}

void Checks::see_log(const FoundLog& found) {
  for (Check& check : checks_) {
    const auto* wanted = std::get_if<ExpectLog>(&check.expectation);
    if (wanted == nullptr) continue;
    const Match match = match_log(found, *wanted);
    if (match == Match::Yes) ++check.logs;
    if (match == Match::Perhaps) ++check.lost_logs;
  }
}

void Checks::see_logs(std::unique_ptr<ByteSource> trace) {
  LogScan scan(std::move(trace), log_query(), false);
  searched_ = Verdict::NotJudged;
  try {
    while (scan.next()) {
      for (std::size_t i = 0; i < scan.size(); ++i) see_log(scan[i]);
    }
    // A search takes less of what is limited than the reading that was given up.
    if (verdict_ != Verdict::NotJudged) searched_ = scan.verdict();
  } catch (const MemoryLimitReached&) {
    // What comes later is not searched.
  }
  version_ = scan.version();
  next_began_ = scan.next_began();
}

constexpr int kPanicExit = 2;  // and that of fatal errors and SIGQUIT

// Judges one check by what it and all have been told.
class Checks::Judge {
 public:
  Judge(const Checks& all, const Check& check) : all_(all), check_(check) {}

  CheckResult operator()(const ExpectCrash&) const {
    return by_end([](const ChildEnd& end) { return end.signal != 0 || end.exit_code != 0; });
  }
  CheckResult operator()(const ExpectExit& wanted) const {
    return by_end([&](const ChildEnd& end) { return end.signal == 0 && end.exit_code == wanted.code; });
  }
  CheckResult operator()(const ExpectSignal& wanted) const {
    return by_end([&](const ChildEnd& end) { return end.signal == wanted.number; });
  }
  CheckResult operator()(const ExpectLog& wanted) const {
    return wanted.forbidden ? result(check_.logs == 0 && surely_not_there(), log_text())
                            : result(check_.logs > 0, log_text());
  }
  CheckResult operator()(const ExpectErrorText& wanted) const {
    const std::uint64_t count = check_.texts->count();
    return result(wanted.count ? count == *wanted.count : count > 0, times_found(count));
  }
  CheckResult operator()(const TraceLimit& /*wanted*/) const {
    return {check_.name, check_.limit && check_.limit->holds, {}, check_.limit};
  }
  CheckResult operator()(const ExpectVerdict& wanted) const {
    const Verdict found = all_.verdict_.value_or(Verdict::Unreadable);
    return result(found == wanted.verdict, "the trace is " + std::string(verdict_phrase(found)));
  }

 private:
  CheckResult result(bool ok, std::string why) const { return {check_.name, ok, std::move(why), std::nullopt}; }

  template <typename Holds>
  CheckResult by_end(const Holds& holds) const {
    if (!all_.end_) return result(false, "no command was run");
    const ChildEnd& end = *all_.end_;
    // How it would have ended is not known.
    if (end.timed_out) return result(false, "it did not end by itself");
    const std::string how = end.signal != 0 ? signal_name(end.signal) + " ended it"
                                            : "it exited with code " + std::to_string(end.exit_code);
    return result(holds(end), how);
  }

  // As grep's exit 1 says it: all of the trace was searched, and no text is lost.
  bool surely_not_there() const { return searched_whole() && (!unseen() || wrote_its_last()); }
  bool searched_whole() const { return all_.searched_ == Verdict::Complete && check_.lost_logs == 0; }
  std::optional<std::string_view> unseen() const { return unseen_loss(*all_.version_, all_.next_began_); }

  // Whether the command ended in a way that has the last of the trace written, as far as can be told.
  bool wrote_its_last() const {
    if (!all_.end_) return true;
    const ChildEnd& end = *all_.end_;
    if (end.timed_out) return false;
    const bool stopped = end.signal == 0 && end.exit_code == 0 && !all_.next_began_;
    // With GOTRACEBACK=crash a signal follows.
    const bool as_a_panic = end.signal == SIGABRT || (end.signal == 0 && end.exit_code == kPanicExit);
    return stopped || (as_a_panic && all_.crash_words_.only_panicked() && flushes_on_panic(*all_.version_));
  }

  std::string log_text() const {
    if (check_.logs > 0) return times_found(check_.logs);
    const Verdict searched = all_.searched_.value_or(Verdict::Unreadable);
    std::string text = "not found";
    if (searched_whole()) {
      text += ", and the trace is complete";
      if (const auto note = unseen()) text.append("; but ").append(*note);
      return text;
    }
    if (check_.lost_logs > 0) {
      text += check_.lost_logs == 1
                  ? "; a log that may be it has lost its text"
                  : "; " + std::to_string(check_.lost_logs) + " logs that may be it have lost their texts";
    }
    if (searched == Verdict::Complete) return text;
    text += "; the trace is " + std::string(verdict_phrase(searched));
    if (searched == Verdict::Truncated || searched == Verdict::Corrupt) text += ": it may be in what is missing";
    return text;
  }

  const Checks& all_;
  const Check& check_;
};

std::vector<CheckResult> Checks::results() const {
  std::vector<CheckResult> results;
  for (const Check& check : checks_) results.push_back(std::visit(Judge(*this, check), check.expectation));
  return results;
}

}  // namespace tracecheck

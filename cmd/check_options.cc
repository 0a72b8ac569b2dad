#include "cmd/check_options.h"

#include <map>
#include <utility>
#include <variant>

#include "cmd/command_line.h"
#include "cmd/options.h"

namespace tracecheck::cmd {

struct CheckOption {
  enum class About : std::uint8_t { Command, Trace, Limit };
  About about;
  const char* name;
  const char* value;
  const char* help;
  ParsedExpectation (*parse)(std::string_view);
  std::vector<std::string> (*values)() = nullptr;  // all that it can be, where they can be listed
};

namespace {

using About = CheckOption::About;

constexpr const char* kGroup = "Checks";

constexpr CheckOption kOptions[] = {
    {About::Command, "--expect-exit", "N", "it exits with this code", parse_exit_expectation},
    {About::Command, "--expect-signal", "S", "this signal ends it: SIGKILL, KILL or 9", parse_signal_expectation},
    {About::Trace, "--expect-log", "CATEGORY:MESSAGE", "a log of exactly these texts is in the trace, salvaged or not",
     parse_log_expectation},
    {About::Trace, "--forbid-log", "CATEGORY:MESSAGE", "none is; fails, too, where the trace has lost what could be it",
     parse_no_log_expectation},
    {About::Command, "--expect-stderr", "TEXT", "standard error holds this text", parse_error_expectation},
    {About::Command, "--expect-stderr-count", "N:TEXT", "it holds it N times, overlaps not counted",
     parse_error_count_expectation},
    {About::Trace, "--expect-verdict", "V", "what `tracecheck verify` says of the trace", parse_verdict_expectation,
     verdict_names},
    {About::Limit, "--max-stw", "D", "the world is never stopped for longer: 5ms, 1.5s", parse_stop_limit},
    {About::Limit, "--max-gc-pause", "D", "the same of the garbage collector's pauses alone", parse_gc_pause_limit},
    {About::Limit, "--max-sched-latency", "pNN=D",
     "a percentile of the times that goroutines waited to run: p99=10ms; max=D: no goroutine waited for longer",
     parse_scheduling_limit},
    {About::Limit, "--max-goroutines", "N", "there are never more at a time, the runtime's own included",
     parse_count_limit},
    {About::Limit, "--max-blocked", "D", "no goroutine is blocked for longer at the end, the runtime's own apart",
     parse_blocked_limit},
};

CLI::Validator can_be(const CheckOption& option) {
  return {[parse = option.parse](std::string& text) {
            const ParsedExpectation parsed = parse(text);
            const auto* problem = std::get_if<std::string>(&parsed);
            return problem == nullptr ? std::string() : *problem;
          },
          option.values == nullptr ? "" : choices_of(option.values())};
}

}  // namespace

void CheckOptions::add_for_command(CLI::App& app) {
  crash_ = app.add_flag("--expect-crash")
               ->description("it exits with a code other than 0, or a signal ends it")
               ->group(kGroup);
  for (const CheckOption& option : kOptions) {
    if (option.about != About::Limit) add(app, option);
  }
}

void CheckOptions::add_for_trace(CLI::App& app) {
  for (const CheckOption& option : kOptions) {
    if (option.about != About::Command) add(app, option);
  }
}

void CheckOptions::add(CLI::App& app, const CheckOption& option) {
  auto texts = std::make_unique<std::vector<std::string>>();
  const CLI::Option* added = add_texts(app, option.name, *texts, option.help)
                                 ->type_name(option.value)
                                 ->allow_extra_args(false)
                                 ->check(can_be(option))
                                 ->group(kGroup);
  given_.push_back({added, std::move(texts), option.parse});
}

Checks CheckOptions::checks(const CLI::App& app) const {
  Checks checks;
  std::map<const CLI::Option*, std::size_t> used;
  for (const CLI::Option* option : app.parse_order()) {
    if (option == crash_) checks.add(option->get_name(), ExpectCrash{});
    for (const Given& given : given_) {
      if (option != given.option) continue;
      const std::string& text = given.texts->at(used[option]++);
      checks.add(option->get_name() + " " + text, std::get<Expectation>(given.parse(text)));
    }
  }
  return checks;
}

}  // namespace tracecheck::cmd

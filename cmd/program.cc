#include "cmd/program.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/exit_code.h"
#include "cmd/help.h"
#include "cmd/memory_limit.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/process.h"
#include "export/escape.h"
#include "tracecheck/version.h"

namespace tracecheck::cmd {
namespace {

constexpr const char* kTooMuchMemory = "not judged: it takes more memory than --max-memory allows";
constexpr const char* kDescription = "Reads and checks Go execution traces, those of crashed programs above all.";

constexpr const char* kFooter =
    "`tracecheck COMMAND --help` tells more of each command. "
    "Begin with `tracecheck verify FILE`, which says what to do next.\n"
    "\n"
    "Exit codes: 0 complete, 3 truncated, 1 corrupt or not a trace, 4 not judged (another version, or a limit), 2 "
    "unreadable or "
    "bad usage.";

struct Command {
  const char* name;
  void (*setup)(CLI::App& app, int& status);
};

constexpr Command kCommands[] = {
    {"verify", setup_verify}, {"grep", setup_grep},         {"export", setup_export}, {"events", setup_events},
    {"wire", setup_wire},     {"assemble", setup_assemble}, {"stats", setup_stats},   {"report", setup_report},
    {"carve", setup_carve},   {"repair", setup_repair},     {"slice", setup_slice},   {"redact", setup_redact},
    {"run", setup_run},       {"assert", setup_assert},
};

// "tracecheck 0.1.0 (COMMIT)"; the commit where it is known.
std::string version_line() {
  std::string line = "tracecheck " + std::string(version());
  if (!commit().empty()) line += " (" + std::string(commit()) + ")";
  return line;
}

// How many letters one must add, drop or change to come from one word to the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

// "; did you mean --category?", if there is something near.
std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  // An option that was not written to its end.
  for (const std::string& name : known) {
    if (word.size() > 3 && name.starts_with(word)) return "; did you mean " + name + "?";
  }
  const auto nearest = std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
    return distance(word, a) < distance(word, b);
  });
  if (nearest == known.end()) return {};
  const std::size_t apart = distance(word, *nearest);
  // A name of two letters is two letters from any other.
  const std::size_t letters = nearest->size() - std::min(nearest->find_first_not_of('-'), nearest->size());
  if (apart > std::max<std::size_t>(2, word.size() / 3) || apart >= letters) return {};
  return "; did you mean " + *nearest + "?";
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

const CLI::App& chosen_command(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

int bad_usage_of(const CLI::App& app, const std::string& message) {
  const CLI::App& command = chosen_command(app);
  return bad_usage(&command == &app ? std::string() : command.get_name(), message);
}

bool is_option(const std::string& word) { return word.starts_with('-') && word.size() > 1 && word != "--"; }

std::string unknown_argument(const CLI::App& app) {
  const CLI::App& command = chosen_command(app);
  for (const std::string& word : app.remaining(true)) {
    if (!is_option(word)) return "unexpected argument " + escaped(named(word));
    const std::string name = word.substr(0, word.find('='));
    if (name == "-") return "unexpected argument " + escaped(word.substr(1));  // the rest of "-c=1"
    if (command.get_option_no_throw(name) != nullptr) return escaped(name) + " belongs behind the command";
    return "unknown option " + escaped(name) + suggestion(name, option_names(command));
  }
  return "too many arguments";
}

int print(const std::string& text) {
  Output output;
  if (output.write(text) && output.flush()) return kOk;
  complain(output.error());
  return kUsage;
}

// "-j: 1 required N missing" is how CLI11 says it, or "-j: At Most 1 required but received 2"; without a colon it
// speaks of a flag that was given a value.
std::string mismatch(const CLI::ArgumentMismatch& error) {
  const std::string text = error.what();
  const std::size_t colon = text.find(": ");
  if (colon != std::string::npos) {
    const bool twice = text.find("At Most", colon) != std::string::npos;
    return text.substr(0, colon) + (twice ? " may be given only once" : " needs a value");
  }
  const std::string name = text.substr(0, text.find(' '));
  return (name.size() == 1 ? "-" : "--") + name + " takes no value";
}

// "--output is required" with the short name, if there is one, in front.
std::string missing(const CLI::App& command, const std::string& text) {
  const CLI::Option* const option = command.get_option_no_throw(text.substr(0, text.find(' ')));
  const bool is_short = option != nullptr && !option->get_snames().empty();
  return is_short ? "-" + option->get_snames().front() + ", " + text : text;
}

int parse(CLI::App& app, std::vector<std::string> arguments, int& status) {
  try {
    std::reverse(arguments.begin(), arguments.end());
    app.parse(std::move(arguments));
    return status;
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::CallForVersion& version) {
    return print(version.what() + std::string("\n"));
  } catch (const CLI::ExtrasError&) {
    return bad_usage_of(app, unknown_argument(app));
  } catch (const CLI::RequiredError& error) {
    // What is missing may be there, but misspelt.
    const bool is_all_known = app.remaining(true).empty();
    return bad_usage_of(app,
                        is_all_known ? escaped(missing(chosen_command(app), error.what())) : unknown_argument(app));
  } catch (const CLI::ArgumentMismatch& error) {
    return bad_usage_of(app, escaped(mismatch(error)));
  } catch (const CLI::ParseError& error) {
    return bad_usage_of(app, escaped(unprotected(error.what())));
  }
}

int run_command(int count, char** arguments) {
  const std::string first = count < 2 ? "" : arguments[1];
  const bool is_command = std::any_of(std::begin(kCommands), std::end(kCommands),
                                      [&](const Command& command) { return first == command.name; });
  int status = kOk;
  CLI::App app;
  app.formatter(std::make_shared<Help>(help_width(count < 2 ? STDERR_FILENO : STDOUT_FILENO)));
  define_program(app, status, is_command ? first : "");

  if (count < 2) {
    std::fputs(app.help().c_str(), stderr);
    return kUsage;
  }
  if (first == "help") {  // `help verify` is `verify --help`
    if (count == 2) return print(app.help());
    char help[] = "--help";
    char* words[] = {arguments[0], arguments[2], help};
    return run_command(3, words);
  }
  if (!is_command && !is_option(first)) {
    std::vector<std::string> known = command_names(app);
    known.insert(known.end(), {"--help", "--version"});
    return bad_usage_of(app, "unknown command " + escaped(named(first)) + suggestion(first, known));
  }
  return parse(app, protect_arguments(is_command ? app.get_subcommand(first) : nullptr, count, arguments), status);
}

}  // namespace

void define_program(CLI::App& app, int& status, std::string_view only) {
  app.name("tracecheck");
  app.description(kDescription);
  app.footer(kFooter);
  app.set_help_flag("-h,--help", "show this help");
  app.set_version_flag("--version", version_line(), "show the version");
  app.require_subcommand(0, 1);
  app.option_defaults()->disable_flag_override();  // --json=false would be read as no --json
  for (const Command& command : kCommands) {
    if (only.empty() || only == command.name) command.setup(app, status);
  }
}

int run_program(int count, char** arguments) {
  prepare_process();
  try {
    return run_command(count, arguments);
  } catch (const MemoryLimitReachedAt& reached) {
    complain(about(reached.file, kTooMuchMemory));
    return kNotJudged;
  } catch (const MemoryLimitReached&) {
    complain(kTooMuchMemory);
    return kNotJudged;
  } catch (const std::bad_alloc&) {
    complain("there is not enough memory");
  } catch (const std::exception& error) {
    complain(std::string("internal error: ") + escaped(error.what()));
  }
  return kUsage;
}

}  // namespace tracecheck::cmd

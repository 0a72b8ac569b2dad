#include "cmd/options.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>

#include "analysis/time_window.h"
#include "cmd/command_line.h"
#include "cmd/exit_code.h"
#include "cmd/limits.h"
#include "cmd/memory_limit.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "export/escape.h"
#include "export/worker_count.h"

namespace tracecheck::cmd {
namespace {

// No argument of a user begins with it; it keeps CLI11 from seeing a '[' at the start, or what stands behind "--".
constexpr std::string_view kGuard = "\x01tracecheck\x01";

constexpr std::uint64_t kMaxWorkers = 1024;

constexpr std::string_view kOrStandardInput = " (default: standard input)";

// A mode's name to its number, which CLI11 makes the mode of.
CLI::Validator color_mode() {
  return {[](std::string& text) {
            static const std::map<std::string, ColorMode> modes = {
                {"auto", ColorMode::Auto}, {"always", ColorMode::Always}, {"never", ColorMode::Never}};
            const auto found = modes.find(text);
            if (found == modes.end()) return "unknown mode " + named(text) + " (known: auto, always, never)";
            text = std::to_string(static_cast<int>(found->second));
            return std::string();
          },
          choices_of({"auto", "always", "never"})};
}

bool takes_value(const CLI::Option* option) { return option->get_items_expected_min() > 0; }

// Whether the next word is the value of this one: of "--message", or of the last letter in "-ce".
bool wants_next(const CLI::App& command, const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  if (word[1] == '-') {
    const CLI::Option* option = command.get_option_no_throw(word);
    return option != nullptr && takes_value(option);
  }
  for (std::size_t i = 1; i < word.size(); ++i) {
    const CLI::Option* option = command.get_option_no_throw(std::string("-") + word[i]);
    if (option == nullptr) return false;
    if (takes_value(option)) return i + 1 == word.size();
  }
  return false;
}

const CLI::Validator& taken_as_it_is() {
  static const CLI::Validator undo(
      [](std::string& text) {
        text = unprotected(std::move(text));
        return std::string();
      },
      "");
  return undo;
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  return {[least, most](std::string& text) {
            std::uint64_t value = 0;
            const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (text.empty() || end != text.data() + text.size()) return named(text) + " is not a whole number";
            if (problem != std::errc() || value > most)
              return text + " is too large: " + std::to_string(most) + " is the most";
            text = std::to_string(value);  // CLI11 would take leading zeros for octal
            return value < least ? text + " is too small: " + std::to_string(least) + " is the least" : std::string();
          },
          ""};
}

CLI::Validator duration(std::int64_t least) {
  return {[least](std::string& text) {
            const std::optional<std::int64_t> ns = parse_duration(unprotected(text));
            if (!ns) return not_a_duration(unprotected(text));
            return *ns < least ? named(text) + " is too short" : std::string();
          },
          ""};
}

CLI::Validator one_of(const std::string& what, const std::vector<std::string>& names) {
  return {[what, names](std::string& name) {
            const bool is_known = std::find(names.begin(), names.end(), name) != names.end();
            return is_known ? "" : "unknown " + what + " " + named(name) + " (known: " + listed(names, ", ") + ")";
          },
          choices_of(names)};
}

unsigned workers_for_one(const Common& common) { return limits_set() ? 1 : worker_count(common.workers); }

unsigned workers_for_each(const Common& common, std::size_t files) { return files > 1 ? 1 : workers_for_one(common); }

unsigned files_at_once(const Common& common) { return memory_is_limited() ? 1 : common.workers; }

CLI::Validator suggested(const std::vector<std::string>& names) {
  return {[](std::string& /*name*/) { return std::string(); }, choices_of(names)};
}

void add_common(CLI::App& app, Common& common) {
  app.add_option("-j", common.workers, "workers, where there is work for several (default: one a core)")
      ->type_name("N")
      ->transform(whole_number(1, kMaxWorkers));
  app.add_option("--color", common.color, "colour the output: auto, always or never; auto heeds NO_COLOR and TERM=dumb")
      ->type_name("WHEN")
      ->transform(color_mode());
}

bool use_color(const Common& common, int descriptor) {
  if (common.color != ColorMode::Auto) return common.color == ColorMode::Always;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

CLI::Option* add_text(CLI::App& app, const std::string& name, std::string& text, const std::string& help) {
  return app.add_option(name, text, help)->transform(taken_as_it_is());
}

CLI::Option* add_texts(CLI::App& app, const std::string& name, std::vector<std::string>& texts,
                       const std::string& help) {
  return app.add_option(name, texts, help)->type_name("")->transform(taken_as_it_is());
}

CLI::Option* add_input(CLI::App& app, const std::string& name, std::vector<std::string>& files,
                       const std::string& help) {
  return add_texts(app, name, files, help + std::string(kOrStandardInput))->expected(1)->allow_extra_args(false);
}

CLI::Option* add_inputs(CLI::App& app, std::vector<std::string>& files, const std::string& help) {
  return add_texts(app, "FILE", files, help + std::string(kOrStandardInput));
}

CLI::Option* add_output(CLI::App& app, std::string& path, const std::string& help) {
  return add_text(app, "-o,--output", path, help)->type_name("FILE")->check(not_empty("no file name"));
}

void add_allow_truncated(CLI::App& app, bool& allowed, Reads reads) {
  app.add_flag(
      "--allow-truncated", allowed,
      reads == Reads::OneFile
          ? "exit 0 for a truncated trace of which at least one event could be read"
          : "a truncated trace of which at least one event could be read counts as complete for the exit code");
}

CLI::Validator not_empty(const std::string& what_it_is_not) {
  return {[what_it_is_not](std::string& text) { return text.empty() ? "'' is " + what_it_is_not : std::string(); }, ""};
}

std::vector<std::string> protect_arguments(const CLI::App* command, int count, char** arguments) {
  std::vector<std::string> result;
  bool only_files = false;
  bool is_value = false;
  for (int i = 1; i < count; ++i) {
    std::string text = arguments[i];
    // CLI11 would take what follows "--" for options of the program, once a command has a file.
    if (command != nullptr && !only_files && !is_value && text == "--") {
      only_files = true;
      continue;
    }
    is_value = command != nullptr && !only_files && !is_value && wants_next(*command, text);
    if (only_files || text.starts_with('[')) text.insert(0, kGuard);
    result.push_back(std::move(text));
  }
  return result;
}

std::string unprotected(std::string text) {
  if (text.starts_with(kGuard)) text.erase(0, kGuard.size());
  return text;
}

bool stood_behind_dashes(const std::string& protected_text) { return protected_text.starts_with(kGuard); }

std::string named(const std::string& text) { return text.empty() ? std::string("''") : unprotected(text); }

std::vector<std::string> inputs(std::vector<std::string> files) {
  if (std::count(files.begin(), files.end(), "") > 0) throw CLI::ValidationError(std::string("'' is no file name"));
  if (std::count(files.begin(), files.end(), "-") > 1)
    throw CLI::ValidationError("-", "standard input can be read only once");
  if (files.empty() && isatty(STDIN_FILENO) == 0) files.emplace_back("-");
  for (const std::string& file : files) {
    if (!is_same_file("-", file)) continue;
    throw CLI::ValidationError(display_name(file), "is standard output, too; no command changes its input");
  }
  return files;
}

std::unique_ptr<ByteSource> open_input(const std::string& name) {
  const ReadLimits& limits = read_limits();
  return show_progress(name == "-" ? open_descriptor(STDIN_FILENO, limits) : open_file(name, limits), name);
}

std::string display_name(const std::string& name) { return name == "-" ? "(standard input)" : name; }

std::string about(const std::string& name, const std::string& message) {
  return escaped(named(display_name(name))) + ": " + message;
}

int bad_usage(const std::string& command, const std::string& message) {
  complain(message + "\nTry 'tracecheck" + (command.empty() ? "" : " ") + command + " --help'.");
  return kUsage;
}

void complain(const std::string& message) {
  const std::string line = "tracecheck: " + message + "\n";
  const ProgressPause pause(line);
  std::fputs(line.c_str(), stderr);
}

}  // namespace tracecheck::cmd

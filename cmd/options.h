// What every command line has in common: files, colours, workers, texts taken as they are.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

enum class ColorMode { Auto, Always, Never };

/// Options that stand on every command.
struct Common {
  unsigned workers = 0;  // 0: as many as cores
  ColorMode color = ColorMode::Auto;
};
void add_common(CLI::App& app, Common& common);
/// How many of them a file that is read alone has. Where limits are set, one: what is beyond them does not depend on luck
/// then.
unsigned workers_for_one(const Common& common);
/// How many each of so many files has: one, where there are several, which are read at the same time.
unsigned workers_for_each(const Common& common, std::size_t files);
/// How many files are read at the same time, 0: one a core. Where memory is limited, one: all share it, and which of them is
/// beyond the limit would depend on luck.
unsigned files_at_once(const Common& common);

/// Whether to colour what goes to `descriptor`: --color, then NO_COLOR and TERM, then whether it is a terminal.
bool use_color(const Common& common, int descriptor);

/// Adds an option or positional whose texts are taken as they are. CLI11 would take "[a,b]" apart; argument
/// vectors go through `protect_arguments` first, and these undo it.
CLI::Option* add_text(CLI::App& app, const std::string& name, std::string& text, const std::string& help);
CLI::Option* add_texts(CLI::App& app, const std::string& name, std::vector<std::string>& texts,
                       const std::string& help);

/// Adds the one file, or text, that a command reads, else standard input; `files` has none or one.
CLI::Option* add_input(CLI::App& app, const std::string& name, std::vector<std::string>& files,
                       const std::string& help);
/// The same for a command that reads many.
CLI::Option* add_inputs(CLI::App& app, std::vector<std::string>& files, const std::string& help);

/// Adds -o. No name is a mistake, such as a variable of the shell that is not set.
CLI::Option* add_output(CLI::App& app, std::string& path, const std::string& help);
/// What a command reads at a time.
enum class Reads : std::uint8_t { OneFile, ManyFiles };
/// Adds --allow-truncated, which changes the exit code for one file, or for each of many.
void add_allow_truncated(CLI::App& app, bool& allowed, Reads reads);
/// Refuses "", which "'' is WHAT IT IS NOT".
CLI::Validator not_empty(const std::string& what_it_is_not);

/// The arguments as CLI11 takes them right for `command`; null if none of the name is known. What stands behind
/// "--" comes without it, each word protected.
std::vector<std::string> protect_arguments(const CLI::App* command, int count, char** arguments);
/// An argument as the user wrote it, for messages.
std::string unprotected(std::string text);
/// Whether it stood behind "--".
bool stood_behind_dashes(const std::string& protected_text);
/// The same, but seen even where it is empty.
std::string named(const std::string& text);

/// For an option that takes one of these names: refuses any other as an unknown `what`, and tells the completions of
/// them.
CLI::Validator one_of(const std::string& what, const std::vector<std::string>& names);

/// For an option whose values depend on another one: tells the completions of them, and lets any pass.
CLI::Validator suggested(const std::vector<std::string>& names);

/// For options that are whole numbers in decimal, from `least` to `most`: refuses anything else in a sentence.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

/// For options that are durations, of at least so many ns: refuses anything else in a sentence.
CLI::Validator duration(std::int64_t least);

/// The files to read: what was named, or standard input where something is piped in. Empty: nothing to
/// read, which is bad usage. Standard input named twice is bad usage, too, as is a file that standard output
/// would change, and "": it throws CLI11's error.
std::vector<std::string> inputs(std::vector<std::string> files);

/// Opens one of `inputs`, "-" being standard input. Reading it for over a second shows progress on a terminal.
std::unique_ptr<ByteSource> open_input(const std::string& name);

/// The name of an input in messages and output: "(standard input)" for "-".
std::string display_name(const std::string& name);

/// Writes "tracecheck: MESSAGE" to standard error.
void complain(const std::string& message);

/// The same and how to get help, of `command`, "" for the program itself; gives the exit code of bad usage.
int bad_usage(const std::string& command, const std::string& message);

/// "NAME: MESSAGE", control characters of the name escaped.
std::string about(const std::string& name, const std::string& message);

}  // namespace tracecheck::cmd

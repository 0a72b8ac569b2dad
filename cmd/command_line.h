// What the program's commands and options are, as --help, the manual pages and the completions tell it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck::cmd {

struct OptionInfo {
  std::vector<std::string> names;    // "-o", "--output"
  std::string value;                 // what stands for its value, such as "FILE"; "" for a flag
  std::vector<std::string> choices;  // all values that it takes, where they can be listed; see `choices_of`
  std::string help;
  std::string group;
  bool required = false;
  bool repeatable = false;
};

struct PositionalInfo {
  std::string name;  // as the usage has it, such as "[FILE...]"
  std::string help;
};

struct CommandInfo {
  std::string name;  // "" for the program itself
  std::string summary;
  std::string usage;  // "tracecheck verify [OPTIONS] [FILE...]"
  std::vector<PositionalInfo> positionals;
  std::vector<OptionInfo> options;   // as they were defined
  std::vector<std::string> groups;   // of the options, in their order
  std::vector<std::string> details;  // a paragraph or, where it is indented, a line each; "" between paragraphs
};

/// `app` is the program or one of its commands.
CommandInfo describe(const CLI::App& app);

/// The commands of the program.
std::vector<CommandInfo> describe_commands(const CLI::App& program);

/// The description to give a validator of an option that takes these values and no others.
std::string choices_of(const std::vector<std::string>& values);

/// With a capital at its beginning and a full stop at its end.
std::string sentence(std::string text);

/// The parts of a text, empty ones too.
std::vector<std::string> split(std::string_view text, char separator);

/// "a, b or c"
std::string listed(const std::vector<std::string>& words, const std::string& last_joint = " or ");

}  // namespace tracecheck::cmd

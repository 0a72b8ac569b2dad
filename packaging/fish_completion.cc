#include "packaging/completions.h"

namespace tracecheck::packaging {
namespace {

constexpr const char* kHead = R"(# Completion of tracecheck for fish, made of what its --help is made of.

# Whether the command is the one named; with no name, whether there is none yet.
function __tracecheck_command_is
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end

)";

// fish takes \\ and \' within single quotes, and nothing else.
std::string fish_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string lines(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += " " + fish_quoted(value);
  return text;
}

std::string value(const OptionInfo& option) {
  switch (value_of(option)) {
    case Value::None: return {};
    case Value::File: return " -r -F";
    case Value::Choice: return " -x -a " + fish_quoted("(printf '%s\\n'" + lines(option.choices) + ")");
    case Value::ChoiceList: return " -x -a " + fish_quoted("(__fish_append ," + lines(option.choices) + ")");
    case Value::Other: return " -x";
  }
  return {};
}

std::string option_line(const CommandInfo& command, const OptionInfo& option) {
  std::string text = "complete -c tracecheck -n '__tracecheck_command_is " + command.name + "'";
  for (const std::string& name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return text + value(option) + " -d " + fish_quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion(const Program& program) {
  std::string text = kHead;
  for (const CommandInfo& command : program.commands) {
    text += "complete -c tracecheck -n '__tracecheck_command_is \"\"' -f -a " + command.name + " -d " +
            fish_quoted(command.summary) + "\n";
  }
  CommandInfo none = program.info;
  none.name = "\"\"";
  for (const OptionInfo& option : program.info.options) text += option_line(none, option);
  for (const CommandInfo& command : program.commands) {
    text += "\n";
    for (const OptionInfo& option : command.options) text += option_line(command, option);
  }
  return text;
}

}  // namespace tracecheck::packaging

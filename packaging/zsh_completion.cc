#include "packaging/completions.h"

namespace tracecheck::packaging {
namespace {

constexpr const char* kHead = R"(#compdef tracecheck
# Completion of tracecheck for zsh, made of what its --help is made of.

)";

std::string escape(const std::string& text, const std::string& special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) result += '\\';
    result += c;
  }
  return result;
}

// What to offer for the value of an option, as _arguments has it.
std::string action(const OptionInfo& option) {
  std::string values;
  for (const std::string& choice : option.choices) values += (values.empty() ? "" : " ") + escape(choice, " :\\()");
  switch (value_of(option)) {
    case Value::Choice: return "(" + values + ")";
    case Value::ChoiceList: return "_values -s , " + escape(option.value, ":\\ ") + " " + values;
    case Value::File: return "_files";
    case Value::None:
    case Value::Other: return " ";
  }
  return {};
}

// A specification for each of its names: "(-o --output)-o+[help]:FILE:_files"
std::string specifications(const OptionInfo& option) {
  std::string text;
  const std::string others = option.repeatable ? "*" : "(" + cmd::listed(option.names, " ") + ")";
  for (const std::string& name : option.names) {
    std::string one = others + name;
    if (!option.value.empty()) one += name.starts_with("--") ? "=" : "+";
    one += "[" + escape(option.help, "[]\\") + "]";
    if (!option.value.empty()) one += ":" + escape(option.value, ":\\") + ":" + action(option);
    text += "    " + shell_quoted(one) + " \\\n";
  }
  return text;
}

bool runs_a_command(const CommandInfo& command) {
  return !command.positionals.empty() && command.positionals.front().name.find("COMMAND") != std::string::npos;
}

std::string command_function(const CommandInfo& command) {
  std::string text = "_tracecheck_" + command.name + "() {\n  _arguments -s -S \\\n";
  for (const OptionInfo& option : command.options) text += specifications(option);
  text += runs_a_command(command) ? "    '(-)1:command: _command_names -e' \\\n    '*::arguments: _normal'\n"
                                  : "    '*:file:_files'\n";
  return text + "}\n\n";
}

}  // namespace

std::string zsh_completion(const Program& program) {
  std::string functions;
  std::string commands;
  std::string options;
  for (const CommandInfo& command : program.commands) {
    functions += command_function(command);
    commands += "        " + shell_quoted(escape(command.name, ":") + ":" + command.summary) + "\n";
  }
  for (const OptionInfo& option : program.info.options) options += specifications(option);
  return kHead + functions + "_tracecheck() {\n  local context state state_descr line\n  typeset -A opt_args\n" +
         "  _arguments -C \\\n" + options + "    '1: :->command' \\\n    '*:: :->arguments' && return\n" +
         "  case $state in\n    command)\n      local -a commands=(\n" + commands +
         "      )\n      _describe -t commands command commands\n      ;;\n    arguments)\n"
         "      (( $+functions[_tracecheck_$words[1]] )) && _tracecheck_$words[1]\n      ;;\n  esac\n}\n\n"
         "_tracecheck \"$@\"\n";
}

}  // namespace tracecheck::packaging

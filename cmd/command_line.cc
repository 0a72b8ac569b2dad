#include "cmd/command_line.h"

#include <algorithm>
#include <cctype>

namespace tracecheck::cmd {
namespace {

// How the choices begin in CLI11's name of an option's type, where it puts what validators say of themselves.
constexpr std::string_view kChoices = ":{";

// Whether a sentence that was written by hand names all values already, or says that they stand below.
bool names_all(const std::string& help, const std::vector<std::string>& choices) {
  return help.ends_with(", see below") || std::all_of(choices.begin(), choices.end(), [&](const std::string& choice) {
           return help.find(choice) != std::string::npos;
         });
}

OptionInfo describe_option(const CLI::Option& option) {
  OptionInfo info;
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  if (option.get_items_expected_min() > 0) {
    const std::string type = option.get_type_name();
    const std::size_t choices = type.find(kChoices);
    info.value = type.substr(0, choices);
    if (choices != std::string::npos) {
      const std::size_t begin = choices + kChoices.size();
      info.choices = split(std::string_view(type).substr(begin, type.find('}', begin) - begin), '|');
    }
  }
  info.help = option.get_description();
  if (!names_all(info.help, info.choices)) info.help += ": " + listed(info.choices);
  info.group = option.get_group();
  info.required = option.get_required();
  info.repeatable = info.value.empty() ? false : option.get_expected_max() > 1;
  return info;
}

PositionalInfo describe_positional(const CLI::Option& option) {
  std::string name = option.get_name(true, false);
  if (name.find_first_of("[-") == std::string::npos) {
    if (option.get_expected_max() > 1) name += "...";
    if (!option.get_required()) name = "[" + name + "]";
  }
  return {name, option.get_description()};
}

// Lines that were broken by hand belong together, except indented ones.
std::vector<std::string> paragraphs(const std::string& text) {
  std::vector<std::string> result;
  if (text.empty()) return result;
  bool goes_on = false;
  for (const std::string& line : split(text, '\n')) {
    const bool flows = !line.empty() && line.front() != ' ';
    if (flows && goes_on) {
      result.back() += " " + line;
    } else {
      result.push_back(line);
    }
    goes_on = flows;
  }
  return result;
}

}  // namespace

CommandInfo describe(const CLI::App& app) {
  CommandInfo info;
  const bool is_program = app.get_parent() == nullptr;
  if (!is_program) info.name = app.get_name();
  info.usage = is_program ? app.get_name() : app.get_parent()->get_name() + " " + app.get_name();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // CLI11's way to hide one
    if (!option->nonpositional()) {
      info.positionals.push_back(describe_positional(*option));
      continue;
    }
    info.options.push_back(describe_option(*option));
    const std::string& group = info.options.back().group;
    if (std::find(info.groups.begin(), info.groups.end(), group) == info.groups.end()) info.groups.push_back(group);
  }
  const std::vector<std::string> description = paragraphs(app.get_description());
  if (!description.empty()) info.summary = description.front();
  info.details = paragraphs(app.get_footer());
  info.usage += is_program ? " COMMAND" : "";
  info.usage += " [OPTIONS]";
  for (const PositionalInfo& positional : info.positionals) info.usage += " " + positional.name;
  return info;
}

std::vector<CommandInfo> describe_commands(const CLI::App& program) {
  std::vector<CommandInfo> commands;
  for (const CLI::App* command : program.get_subcommands(nullptr)) commands.push_back(describe(*command));
  return commands;
}

std::string choices_of(const std::vector<std::string>& values) {
  std::string text = "{";
  for (const std::string& value : values) text += (text.size() > 1 ? "|" : "") + value;
  return text + "}";
}

std::string sentence(std::string text) {
  if (text.empty()) return text;
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text.back() == '.' ? text : text + ".";
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string listed(const std::vector<std::string>& words, const std::string& last_joint) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? last_joint : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace tracecheck::cmd

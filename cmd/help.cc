#include "cmd/help.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "cmd/command_line.h"
#include "cmd/terminal.h"
#include "export/wrap.h"

namespace tracecheck::cmd {
namespace {

constexpr std::size_t kUsualWidth = 80;  // where there is no terminal
constexpr std::size_t kLeastWidth = 40;
constexpr std::size_t kMostWidth = 100;
constexpr std::size_t kMostLabel = 24;  // a longer one has a line of its own

struct Row {
  std::string label;
  std::string help;
};

void append_rows(std::string& text, const std::vector<Row>& rows, std::size_t label_width, std::size_t width) {
  const std::size_t indent = label_width + 4;
  for (const Row& row : rows) {
    text += "  " + row.label;
    if (row.label.size() > label_width) {
      text += "\n" + std::string(indent, ' ');
    } else {
      text.append(indent - 2 - row.label.size(), ' ');
    }
    append_wrapped(text, row.help, indent, indent, width);
  }
}

std::string label_of(const OptionInfo& option) {
  return listed(option.names, ", ") + (option.value.empty() ? "" : " " + option.value);
}

std::string help_of(const OptionInfo& option) {
  return option.help + (option.required ? " (needed)" : "") + (option.repeatable ? " (repeatable)" : "");
}

struct Section {
  std::string title;
  std::vector<Row> rows;
};

std::vector<Section> sections(const CommandInfo& info, const std::vector<CommandInfo>& commands) {
  std::vector<Section> result(1);
  for (const PositionalInfo& positional : info.positionals) {
    result.front().rows.push_back({positional.name, positional.help});
  }
  for (const std::string& group : info.groups) {
    result.push_back({group, {}});
    for (const OptionInfo& option : info.options) {
      if (option.group == group) result.back().rows.push_back({label_of(option), help_of(option)});
    }
  }
  if (commands.empty()) return result;
  result.push_back({"Commands", {}});
  for (const CommandInfo& command : commands) result.back().rows.push_back({command.name, command.summary});
  return result;
}

std::size_t label_width(const std::vector<Section>& sections) {
  std::size_t width = 0;
  for (const Section& section : sections) {
    for (const Row& row : section.rows) {
      if (row.label.size() <= kMostLabel) width = std::max(width, row.label.size());
    }
  }
  return width;
}

}  // namespace

std::string Help::make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode /*mode*/) const {
  const CommandInfo info = describe(*app);
  std::string text;
  append_wrapped(text, sentence(info.summary), 0, 0, width_);
  text += "\nUsage: ";
  append_wrapped(text, info.usage, 7, 7, width_);
  const std::vector<Section> all = sections(info, describe_commands(*app));
  const std::size_t labels = label_width(all);
  for (const Section& section : all) {
    if (section.rows.empty()) continue;
    text += "\n";
    if (!section.title.empty()) text += section.title + ":\n";
    append_rows(text, section.rows, labels, width_);
  }
  if (!info.details.empty()) text += "\n";
  for (const std::string& line : info.details) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    text.append(indent, ' ');
    append_wrapped(text, std::string_view(line).substr(indent), indent, indent, width_);
  }
  return text;
}

std::size_t help_width(int descriptor) {
  return std::clamp(terminal_width(descriptor).value_or(kUsualWidth), kLeastWidth, kMostWidth);
}

}  // namespace tracecheck::cmd

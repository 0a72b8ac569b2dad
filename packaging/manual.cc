#include "packaging/manual.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "tracecheck/version.h"

namespace tracecheck::packaging {
namespace {

// Text as roff takes it: what stands in `backticks` is bold, hyphens can be copied to a shell.
std::string roff(std::string_view text) {
  std::string result;
  bool bold = false;
  for (const char c : text) {
    if (c == '`') {
      bold = !bold;
      result += bold ? "\\fB" : "\\fR";
    } else if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return text.starts_with('.') || text.starts_with('\'') ? "\\&" + result : result;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }

std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string page_name(const CommandInfo& command) { return "tracecheck-" + command.name; }

std::string head(const std::string& page, const std::string& summary) {
  return ".TH " + roff(upper(page)) + " 1 \"\" \"tracecheck " + roff(version()) + "\" \"User Commands\"\n.SH NAME\n" +
         roff(page) + " \\- " + roff(summary) + "\n";
}

// "tracecheck verify [OPTIONS] [FILE...]": bold is what is typed as it stands.
std::string synopsis(const CommandInfo& info) {
  const std::size_t typed = info.name.empty() ? info.usage.find(' ') : info.usage.find(' ', info.usage.find(' ') + 1);
  return ".SH SYNOPSIS\n" + bold(info.usage.substr(0, typed)) + roff(info.usage.substr(typed)) + "\n";
}

std::string tagged(const std::string& tag, const std::string& text) { return ".TP\n" + tag + "\n" + text + "\n"; }

std::string option(const OptionInfo& option) {
  std::string tag;
  for (const std::string& name : option.names) {
    if (!tag.empty()) tag += ", ";
    tag += bold(name);
  }
  if (!option.value.empty()) tag += " " + italic(option.value);
  std::string text = roff(cmd::sentence(option.help));
  if (option.required) text += " Needed.";
  if (option.repeatable) text += " May be given several times.";
  return tagged(tag, text);
}

std::string options(const CommandInfo& info) {
  std::string text;
  for (const std::string& group : info.groups) {
    text += ".SH " + roff(upper(group)) + "\n";
    for (const OptionInfo& each : info.options) {
      if (each.group == group) text += option(each);
    }
  }
  return text;
}

bool tells_exit_codes(const std::string& paragraph) { return paragraph.starts_with("Exit"); }

// The paragraphs of the help's end, those on exit codes or the others.
std::string details(const CommandInfo& info, bool of_exit_codes) {
  std::string text;
  for (const std::string& line : info.details) {
    if (line.empty() || tells_exit_codes(line) != of_exit_codes) continue;
    if (line.front() == ' ') {
      text += ".br\n" + roff(line.substr(line.find_first_not_of(' '))) + "\n";
    } else {
      text += (text.empty() ? "" : ".PP\n") + roff(line) + "\n";
    }
  }
  return text;
}

std::string exit_status(const CommandInfo& info) {
  const std::string text = details(info, true);
  return text.empty() ? text : ".SH EXIT STATUS\n" + text;
}

std::string see_also(const Program& program, const std::string& but) {
  std::string text;
  const auto add = [&](const std::string& page) {
    if (page == but) return;
    text += (text.empty() ? ".BR " : " ,\n.BR ") + roff(page) + " (1)";
  };
  add("tracecheck");
  for (const CommandInfo& command : program.commands) add(page_name(command));
  return ".SH SEE ALSO\n" + text + "\n";
}

}  // namespace

std::string program_page(const Program& program) {
  std::string text = head("tracecheck", "read and check Go execution traces") + synopsis(program.info);
  text += ".SH DESCRIPTION\n" + roff(program.info.summary) + "\n";
  for (const std::string& line : program.info.details) {
    if (!line.empty() && !tells_exit_codes(line)) text += ".PP\n" + roff(line) + "\n";
  }
  text += ".SH COMMANDS\n";
  for (const CommandInfo& command : program.commands) {
    text += tagged("\\fB" + roff(page_name(command)) + "\\fR(1)", roff(cmd::sentence(command.summary)));
  }
  text += options(program.info) + exit_status(program.info);
  text += ".SH ENVIRONMENT\n";
  text +=
      tagged(bold("NO_COLOR"), "If set and not empty, nothing is coloured, unless " + bold("--color") + " says so.");
  text += tagged(bold("COLUMNS"), "The width of the terminal, where it is not what the terminal says.");
  return text + see_also(program, "tracecheck");
}

std::string command_page(const Program& program, const CommandInfo& command) {
  std::string text = head(page_name(command), command.summary) + synopsis(command);
  text += ".SH DESCRIPTION\n" + roff(cmd::sentence(command.summary)) + "\n";
  for (const PositionalInfo& positional : command.positionals) {
    text += tagged(italic(positional.name), roff(cmd::sentence(positional.help)));
  }
  const std::string more = details(command, false);
  if (!more.empty()) text += ".PP\n" + more;
  return text + options(command) + exit_status(command) + see_also(program, page_name(command));
}

}  // namespace tracecheck::packaging

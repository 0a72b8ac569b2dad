#include "cmd/kinds.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <optional>
#include <string_view>

#include "analysis/event_texts.h"
#include "cmd/command_line.h"
#include "cmd/options.h"
#include "export/export_events.h"
#include "export/redacted_trace.h"
#include "tracecheck/event.h"

namespace tracecheck::cmd {
namespace {

// By KindsOf.
constexpr std::array<std::string_view, 3> kCommands = {"grep", "export", "redact"};

std::vector<std::string> kind_names(KindsOf what) {
  std::vector<std::string> names;
  switch (what) {
    case KindsOf::Matches:
      for (std::size_t i = 0; i < kSearchKinds; ++i) names.emplace_back(search_kind_name(static_cast<SearchKind>(i)));
      break;
    case KindsOf::Events:
      for (std::size_t i = 0; i < KindSet().size(); ++i) names.emplace_back(event_kind_name(static_cast<EventKind>(i)));
      break;
    case KindsOf::Texts: names = redactable_kinds(); break;
  }
  return names;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::optional<std::size_t> find(const std::vector<std::string>& names, const std::string& word) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const std::string& name) { return lower(name) == lower(word); });
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

// Those of which the word is a part, or that are a part of it: TaskBegin for task.
std::vector<std::string> like(const std::vector<std::string>& names, const std::string& word) {
  std::vector<std::string> found;
  std::copy_if(names.begin(), names.end(), std::back_inserter(found), [&](const std::string& name) {
    return lower(name).find(lower(word)) != std::string::npos || lower(word).find(lower(name)) != std::string::npos;
  });
  return found;
}

// The commands that know the word.
std::vector<std::string> knowing(const std::string& word) {
  std::vector<std::string> commands;
  for (std::size_t i = 0; i < kCommands.size(); ++i) {
    if (find(kind_names(static_cast<KindsOf>(i)), word)) commands.emplace_back(kCommands[i]);
  }
  return commands;
}

std::string unknown(const std::vector<std::string>& names, const std::string& word) {
  std::string text = "unknown kind " + named(word);
  if (const auto commands = knowing(word); !commands.empty()) {
    text += ", which " + listed(commands, " and ") + (commands.size() == 1 ? " takes" : " take");
    if (const auto names_like_it = like(names, word); !names_like_it.empty()) text += "; here " + listed(names_like_it);
  }
  return text + " (known: " + listed(names, ", ") + ")";
}

// What is wrong with a list of kinds; "" if nothing is.
std::string problem_of(const std::vector<std::string>& names, const std::string& list) {
  const std::vector<std::string> words = split(list, ',');
  for (const std::string& word : words) {
    if (word.empty() && words.size() > 1) {
      return named(list) + " has a comma too many (known: " + listed(names, ", ") + ")";
    }
    if (!find(names, word)) return unknown(names, word);
  }
  return "";
}

}  // namespace

std::string kinds_listed(KindsOf what) { return listed(kind_names(what)); }

CLI::Option* add_kinds(CLI::App& app, KindsOf what, std::vector<std::size_t>& kinds, const std::string& help) {
  const std::vector<std::string> names = kind_names(what);
  const auto take = [names, &kinds](const std::vector<std::string>& lists) {
    for (const std::string& list : lists) {
      for (const std::string& word : split(list, ',')) kinds.push_back(*find(names, word));
    }
  };
  return app.add_option_function<std::vector<std::string>>("--kind", take, help)
      ->type_name("K,...")
      ->allow_extra_args(false)  // what follows is the file
      ->check(CLI::Validator([names](std::string& list) { return problem_of(names, list); }, choices_of(names)));
}

}  // namespace tracecheck::cmd

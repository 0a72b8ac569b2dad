#include "packaging/completions.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tracecheck::packaging {

Value value_of(const OptionInfo& option) {
  constexpr std::array<std::string_view, 3> kFiles = {"FILE", "PATH", "OUT"};
  if (option.value.empty()) return Value::None;
  if (!option.choices.empty()) return option.value.ends_with(",...") ? Value::ChoiceList : Value::Choice;
  return std::find(kFiles.begin(), kFiles.end(), option.value) == kFiles.end() ? Value::Other : Value::File;
}

std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

}  // namespace tracecheck::packaging

#include "analysis/signal_name.h"

#include <charconv>
#include <csignal>
#include <cstring>

namespace tracecheck {
namespace {

std::string_view short_name(int number) {
  const char* name = sigabbrev_np(number);
  return name == nullptr ? std::string_view() : name;
}

}  // namespace

std::string signal_name(int number) {
  const std::string_view name = short_name(number);
  return name.empty() ? "signal " + std::to_string(number) : "SIG" + std::string(name);
}

std::optional<int> parse_signal(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size()) {
    return number > 0 && number < NSIG ? std::optional(number) : std::nullopt;
  }
  if (text.starts_with("SIG")) text.remove_prefix(3);
  if (text.empty()) return std::nullopt;
  for (number = 1; number < NSIG; ++number) {
    if (short_name(number) == text) return number;
  }
  return std::nullopt;
}

}  // namespace tracecheck

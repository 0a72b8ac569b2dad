#include "cmd/limits.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/time_window.h"
#include "cmd/memory_limit.h"
#include "cmd/options.h"

namespace tracecheck::cmd {
namespace {

ReadLimits limits;

// "64M" as bytes.
std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::string_view kUnits = "KMGT";
  unsigned shift = 0;
  if (!text.empty()) {
    const std::size_t unit = kUnits.find(text.back());
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      text.remove_suffix(1);
    }
  }
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || problem != std::errc()) return std::nullopt;
  if (value > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return value << shift;
}

// An option whose text `take` makes use of at once; what it gives is what is wrong with that.
template <typename Take>
void add_limit(CLI::App& app, const std::string& name, const std::string& value, const std::string& help, Take take) {
  app.add_option_function<std::string>(
         name, [](const std::string& /*text*/) {}, help)
      ->type_name(value)
      ->group("Limits")
      ->transform(CLI::Validator([take](std::string& text) { return take(text); }, ""));
}

// The same for a size in bytes.
template <typename Take>
void add_size_limit(CLI::App& app, const std::string& name, const std::string& help, Take take) {
  add_limit(app, name, "SIZE", help, [take](const std::string& text) {
    const std::optional<std::uint64_t> size = parse_size(unprotected(text));
    if (!size) return named(text) + " is not a size: give one like 64M or 2G";
    take(*size);
    return std::string();
  });
}

}  // namespace

void add_limits(CLI::App& app) {
  add_size_limit(app, "--max-memory", "allocate no more memory than this, e.g. 512M (K, M, G: powers of 1024)",
                 limit_memory);
  add_size_limit(app, "--max-bytes", "read no more than this of a trace, unpacked",
                 [](std::uint64_t size) { limits.bytes = size; });
  add_limit(app, "--timeout", "D", "stop reading after this long, e.g. 30s", [](std::string& text) {
    std::string problem = duration(0)(text);
    if (!problem.empty()) return problem;
    limits.deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(*parse_duration(unprotected(text)));
    return problem;
  });
}

const ReadLimits& read_limits() { return limits; }

bool limits_set() { return limits.any() || memory_is_limited(); }

}  // namespace tracecheck::cmd

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

// An option whose text `take` makes use of at once; false is what it is not.
template <typename Take>
void add_limit(CLI::App& app, const std::string& name, const std::string& value, const std::string& help,
               const std::string& what_it_is_not, Take take) {
  app.add_option_function<std::string>(
         name, [](const std::string& /*text*/) {}, help)
      ->type_name(value)
      ->group("Limits")
      ->transform(CLI::Validator(
          [what_it_is_not, take](std::string& text) {
            return take(unprotected(text)) ? std::string() : named(text) + " is not " + what_it_is_not;
          },
          ""));
}

}  // namespace

void add_limits(CLI::App& app) {
  constexpr const char* kSize = "a size such as 64M or 2G";
  add_limit(app, "--max-memory", "SIZE", "allocate no more memory than this, e.g. 512M (K, M, G: powers of 1024)",
            kSize, [](const std::string& text) {
              const std::optional<std::uint64_t> size = parse_size(text);
              if (size) limit_memory(*size);
              return size.has_value();
            });
  add_limit(app, "--max-bytes", "SIZE", "read no more than this of a trace, unpacked", kSize,
            [](const std::string& text) {
              limits.bytes = parse_size(text);
              return limits.bytes.has_value();
            });
  add_limit(app, "--timeout", "D", "stop reading after this long, e.g. 30s", "a duration such as 30s or 1m30s",
            [](const std::string& text) {
              const std::optional<std::int64_t> ns = parse_duration(text);
              if (!ns || *ns < 0) return false;
              limits.deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(*ns);
              return true;
            });
}

const ReadLimits& read_limits() { return limits; }

bool limits_set() { return limits.any() || memory_is_limited(); }

}  // namespace tracecheck::cmd

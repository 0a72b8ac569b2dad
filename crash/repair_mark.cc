#include "crash/repair_mark.h"

#include <algorithm>

#include "format/limits.h"
#include "format/varint.h"
#include "tracecheck/version.h"

namespace tracecheck {
namespace {

// Frozen: every version knows a repaired trace by it.
constexpr std::string_view kPrefix = "repaired by tracecheck ";

bool take_type(std::span<const std::uint8_t>& data, EventType type) {
  if (data.empty() || data[0] != static_cast<std::uint8_t>(type)) return false;
  data = data.subspan(1);
  return true;
}

bool take_number(std::span<const std::uint8_t>& data, std::uint64_t& value) {
  const std::uint8_t* at = data.data();
  if (read_varint(at, at + data.size(), value) != VarintStatus::Ok) return false;
  data = data.subspan(static_cast<std::size_t>(at - data.data()));
  return true;
}

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::string repair_mark(std::string_view what_became) {
  std::string text = std::string(kPrefix) + std::string(version()) + ": " + std::string(what_became);
  if (text.size() > kMaxStringSize) text.resize(kMaxStringSize);
  return text;
}

std::optional<std::string_view> find_repair_mark(const Generation& generation) {
  std::span<const std::uint8_t> data = generation.last_data();
  std::uint64_t id = 0;
  std::uint64_t size = 0;
  if (!take_type(data, EventType::Strings) || !take_type(data, EventType::String)) return std::nullopt;
  if (!take_number(data, id) || !take_number(data, size) || size != data.size()) return std::nullopt;
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  const bool ours = text.starts_with(kPrefix) && std::all_of(text.begin(), text.end(), is_plain);
  if (!ours) return std::nullopt;
  return text;
}

}  // namespace tracecheck

#include "format/header.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tracecheck {
namespace {

constexpr std::string_view kPrefix = "go 1.";
constexpr std::string_view kSuffix{" trace\0\0\0", 9};

constexpr std::array<std::uint32_t, 4> kV2Minors = {22, 23, 25, 26};
constexpr std::array<std::uint32_t, 3> kV1Minors = {11, 19, 21};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The pattern is matched character by character so that a cut header is told from a wrong one.
bool matches_so_far(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i < kPrefix.size()) {
      if (c != kPrefix[i]) return false;
    } else if (i < kPrefix.size() + 2) {
      if (!is_digit(c)) return false;
    } else if (c != kSuffix[i - kPrefix.size() - 2]) {
      return false;
    }
  }
  return true;
}

template <typename Minors>
bool contains(const Minors& minors, std::uint32_t minor) {
  return std::find(minors.begin(), minors.end(), minor) != minors.end();
}

}  // namespace

Header parse_header(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kHeaderSize));
  if (!matches_so_far(text)) return {HeaderKind::NotAHeader, 0};
  if (text.size() < kHeaderSize) return {HeaderKind::Short, 0};
  const auto minor = static_cast<std::uint32_t>((text[5] - '0') * 10 + (text[6] - '0'));
  if (contains(kV2Minors, minor)) return {HeaderKind::V2, minor};
  if (contains(kV1Minors, minor)) return {HeaderKind::V1, minor};
  return {HeaderKind::UnknownMinor, minor};
}

std::string header_bytes(GoVersion version) {
  return std::string(kPrefix) + std::to_string(minor_of(version)) + std::string(kSuffix);
}

std::optional<std::size_t> find_header(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t at = text.find(kPrefix); at != std::string_view::npos; at = text.find(kPrefix, at + 1)) {
    const Header header = parse_header(bytes.subspan(at));
    if (header.kind != HeaderKind::NotAHeader && header.kind != HeaderKind::Short) return at;
  }
  return std::nullopt;
}

}  // namespace tracecheck

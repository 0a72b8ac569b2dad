#include "format/text_line.h"

#include <charconv>
#include <cstddef>

#include "format/quote.h"
#include "format/utf8.h"

namespace tracecheck {
namespace {

constexpr std::size_t kShownBytes = 60;

bool is_space(char32_t rune) {
  if (rune < 0x80) return rune == ' ' || (rune >= '\t' && rune <= '\r');
  return rune == 0x85 || rune == 0xa0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 ||
         rune == 0x2029 || rune == 0x202f || rune == 0x205f || rune == 0x3000;
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Bytes of the white space at the start of `text`.
std::size_t leading_space(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_ascii(text[at])) {
      if (!is_space(static_cast<char32_t>(text[at]))) break;
      ++at;
      continue;
    }
    const DecodedRune decoded = decode_rune(text.substr(at));
    if (!is_space(decoded.rune)) break;
    at += decoded.size;
  }
  return at;
}

}  // namespace

std::string_view trim_space(std::string_view text) {
  text.remove_prefix(leading_space(text));
  // UTF-8 is read forwards, so the whole text is; it mostly ends in plain ASCII.
  if (text.empty() || (is_ascii(text.back()) && !is_space(static_cast<char32_t>(text.back())))) return text;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedRune decoded = decode_rune(text.substr(at));
    at += decoded.size;
    if (!is_space(decoded.rune)) end = at;
  }
  return text.substr(0, end);
}

std::string_view take_token(std::string_view& line) {
  line.remove_prefix(leading_space(line));
  std::size_t end = 0;
  while (end < line.size() && line[end] != '#') {
    const DecodedRune decoded =
        is_ascii(line[end]) ? DecodedRune{static_cast<char32_t>(line[end]), 1, true} : decode_rune(line.substr(end));
    if (is_space(decoded.rune)) break;
    end += decoded.size;
  }
  const std::string_view token = line.substr(0, end);
  line.remove_prefix(end);
  return token;
}

std::optional<std::uint64_t> parse_decimal(std::string_view digits) {
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string shown(std::string_view text) {
  std::string out;
  append_quoted(out, text.substr(0, kShownBytes));
  if (text.size() > kShownBytes) out += "...";
  return out;
}

}  // namespace tracecheck

#include "format/utf8.h"

namespace tracecheck {
namespace {

constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};  // by size: less is overlong

std::size_t size_from_first_byte(std::uint8_t byte) {
  if (byte < 0x80) return 1;
  if (byte < 0xc0) return 0;
  if (byte < 0xe0) return 2;
  if (byte < 0xf0) return 3;
  return byte < 0xf8 ? 4 : 0;
}

}  // namespace

DecodedRune decode_rune(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  const std::size_t size = size_from_first_byte(first);
  if (size == 1) return {first, 1, true};
  if (size == 0 || size > text.size()) return {};
  char32_t rune = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xc0U) != 0x80) return {};
    rune = (rune << 6U) | (byte & 0x3fU);
  }
  if (rune < kSmallest[size] || !is_valid_rune(rune)) return {};
  return {rune, size, true};
}

void append_rune(std::string& out, char32_t rune) {
  if (rune < 0x80) {
    out.push_back(static_cast<char>(rune));
    return;
  }
  const unsigned more = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
  const unsigned mark = (0xf00U >> (more + 1)) & 0xffU;  // as many leading ones as there are bytes
  out.push_back(static_cast<char>(mark | (rune >> (6 * more))));
  for (unsigned i = more; i-- > 0;) out.push_back(static_cast<char>(0x80U | ((rune >> (6 * i)) & 0x3fU)));
}

}  // namespace tracecheck

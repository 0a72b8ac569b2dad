// UTF-8, decoded as Go decodes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tracecheck {

inline constexpr char32_t kReplacement = 0xfffd;

struct DecodedRune {
  char32_t rune = kReplacement;
  std::size_t size = 1;
  bool valid = false;  // false: one byte that belongs to no well-formed sequence, read as U+FFFD
};

/// Decodes the first code point of `text`, which is not empty. Overlong forms, surrogates and what lies
/// beyond U+10FFFF are not well-formed.
DecodedRune decode_rune(std::string_view text);

/// Surrogates and what lies beyond U+10FFFF are not valid.
constexpr bool is_valid_rune(char32_t rune) { return rune < 0xd800 || (rune > 0xdfff && rune <= 0x10ffff); }

/// Appends a valid code point.
void append_rune(std::string& out, char32_t rune);

}  // namespace tracecheck

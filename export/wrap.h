// Text broken into lines between its words.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace tracecheck {

inline constexpr std::size_t kAnyWidth = std::numeric_limits<std::size_t>::max();

/// Appends `text` and the end of its line to `out`, whose last line has `column` characters. Lines have at most `width`,
/// but for a word that is longer; those after the first begin with `indent` spaces. Bytes count as characters.
void append_wrapped(std::string& out, std::string_view text, std::size_t column, std::size_t indent, std::size_t width);

}  // namespace tracecheck

// Go's quoting of strings, in both directions: how the raw text form holds bytes. Fact from: FORMAT.md section 9.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tracecheck {

/// Whether Go's quoting leaves a code point as it is: letters, marks, numbers, punctuation, symbols by
/// Unicode 15.0, and the ASCII space.
bool is_printable(char32_t rune);

/// How many bytes of `text`, from its first on, stand for themselves between double quotes, in Go and in JSON alike:
/// printable ASCII but for the quote and the backslash.
std::size_t plain_prefix(std::string_view text);

/// Appends `text` between double quotes with Go's escapes, as strconv.Quote gives it. Any bytes are allowed.
void append_quoted(std::string& out, std::string_view text);

/// The bytes that a quoted text stands for, as strconv.Unquote gives them: "..." with escapes, `...` as it
/// stands but for carriage returns, '...' with one character or none. None if `quoted` is not one such
/// text from end to end.
std::optional<std::string> unquote(std::string_view quoted);

}  // namespace tracecheck

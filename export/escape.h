// Text of strangers, made safe for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tracecheck {

/// `text` with everything that is not printable escaped as Go does: control characters, marks that change
/// the direction of writing, bytes that are no UTF-8. Quotes and backslashes stay as they are.
std::string escaped(std::string_view text);
/// The same, at the end of a string.
void append_escaped(std::string& out, std::string_view text);

/// The same of a text of at most `most` bytes; of a longer one the start, and how much more there is: `more` bytes, which
/// are not in `text`, count too.
std::string escaped_start(std::string_view text, std::size_t most, std::size_t more = 0);

}  // namespace tracecheck

// Taking a line of the raw text form apart. Fact from: FORMAT.md section 9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracecheck {

/// `text` without the white space, by Unicode, around it.
std::string_view trim_space(std::string_view text);

/// Takes the next token off `line`, with the white space before it. Empty at the end of the line and before
/// a comment. A '#' ends a token.
std::string_view take_token(std::string_view& line);

/// A decimal number of up to 64 bits, and nothing else.
std::optional<std::uint64_t> parse_decimal(std::string_view digits);

/// Text from a file as a message may show it: quoted, and cut where it is long.
std::string shown(std::string_view text);

}  // namespace tracecheck

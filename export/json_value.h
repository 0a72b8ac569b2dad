// Values of JSON documents, by the rules that hold for all our JSON: exact to 64 bits, never invalid UTF-8.
// The event stream has the same rules and a writer of its own, export/json_text.h.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace tracecheck {

/// The largest number that every reader of JSON, doubles in hand, takes in exactly.
inline constexpr std::uint64_t kMaxExactNumber = 1ULL << 53;

/// A number; a decimal string beyond 2^53. Null for none.
nlohmann::ordered_json json_number(std::uint64_t value);
nlohmann::ordered_json json_signed_number(std::int64_t value);
nlohmann::ordered_json json_number(const std::optional<std::uint64_t>& value);

/// An id: null for none (-1), and unsigned otherwise, as the wire has it.
nlohmann::ordered_json json_id(std::int64_t id);

/// Text with each byte that is not UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// Sets `object[name]` to the text; if that is not valid UTF-8, its bytes follow in a member NAME_base64.
void put_text(nlohmann::ordered_json& object, const std::string& name, std::string_view text);

/// The document on one line, without the line's end; what is not printable is escaped.
std::string json_line(const nlohmann::ordered_json& document);

}  // namespace tracecheck

#include "export/json_text.h"

#include "export/json_value.h"
#include "format/decimal.h"
#include "format/quote.h"
#include "format/utf8.h"

namespace tracecheck {
namespace {

template <typename Integer>
void append_quoted_integer(std::string& out, Integer value) {
  out += '"';
  append_decimal(out, value);
  out += '"';
}

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr char digits[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(unit >> shift) & 15U];
}

void append_escaped_rune(std::string& out, char32_t rune) {
  if (rune < 0x10000) {
    append_unit(out, rune);
  } else {
    append_unit(out, 0xd800U + ((rune - 0x10000U) >> 10U));
    append_unit(out, 0xdc00U + (rune & 0x3ffU));
  }
}

void append_escaped_ascii(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: append_escaped_rune(out, static_cast<std::uint8_t>(c));
  }
}

// Appends the code point that `text`, not empty, begins with, and takes it away. False for a bad byte.
bool append_rune_of(std::string& out, std::string_view& text) {
  const DecodedRune rune = decode_rune(text);
  if (rune.rune < 0x80) {
    append_escaped_ascii(out, static_cast<char>(rune.rune));
  } else if (is_printable(rune.rune)) {
    append_rune(out, rune.rune);
  } else {
    append_escaped_rune(out, rune.rune);
  }
  text.remove_prefix(rune.size);
  return rune.valid;
}

std::size_t plain_prefix(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_plain(text[count])) ++count;
  return count;
}

}  // namespace

void append_json_number(std::string& out, std::uint64_t value) {
  if (value <= kMaxExactNumber) {
    append_decimal(out, value);
  } else {
    append_quoted_integer(out, value);
  }
}

void append_json_number(std::string& out, std::int64_t value) {
  if (value >= 0) {
    append_json_number(out, static_cast<std::uint64_t>(value));
  } else if (value >= -static_cast<std::int64_t>(kMaxExactNumber)) {
    append_decimal(out, value);
  } else {
    append_quoted_integer(out, value);
  }
}

void append_json_decimal(std::string& out, std::uint64_t value) { append_quoted_integer(out, value); }
void append_json_decimal(std::string& out, std::int64_t value) { append_quoted_integer(out, value); }

bool append_json_text(std::string& out, std::string_view text) {
  bool valid = true;
  out += '"';
  for (;;) {
    const std::size_t plain = plain_prefix(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    valid &= append_rune_of(out, text);
  }
  out += '"';
  return valid;
}

void append_json_base64(std::string& out, std::string_view bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out += '"';
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U | (k < group.size() ? static_cast<std::uint8_t>(group[k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= group.size() ? digits[(bits >> (18 - 6 * k)) & 63U] : '=';
  }
  out += '"';
}

std::string escape_unprintable(std::string_view document) {
  std::string result;
  result.reserve(document.size());
  while (!document.empty()) {
    if (static_cast<std::uint8_t>(document[0]) < 0x7f) {
      result += document[0];
      document.remove_prefix(1);
    } else {
      append_rune_of(result, document);
    }
  }
  return result;
}

void JsonObject::id(const JsonKey& key, std::int64_t id) {
  if (id == -1) {
    null(key);
  } else {
    number(key, static_cast<std::uint64_t>(id));
  }
}

void JsonObject::text(const JsonKey& key, std::string_view text) {
  if (append_json_text(member(key), text)) return;
  out_ += ",\"";
  out_ += key.name();
  append_json_base64(out_ += "_base64\":", text);
}

}  // namespace tracecheck

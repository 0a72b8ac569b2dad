#include "export/json_text.h"

#include "export/json_value.h"
#include "format/quote.h"
#include "format/utf8.h"

namespace tracecheck {
namespace {

template <typename Integer>
void append_quoted_integer(ShortText& out, Integer value) {
  out.put('"');
  out.decimal(value);
  out.put('"');
}

void append_unit(ShortText& out, std::uint32_t unit) {
  constexpr char digits[] = "0123456789abcdef";
  out.put("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out.put(digits[(unit >> shift) & 15U]);
}

void append_escaped_rune(ShortText& out, char32_t rune) {
  if (rune < 0x10000) {
    append_unit(out, rune);
  } else {
    append_unit(out, 0xd800U + ((rune - 0x10000U) >> 10U));
    append_unit(out, 0xdc00U + (rune & 0x3ffU));
  }
}

void append_escaped_ascii(ShortText& out, char c) {
  switch (c) {
    case '"': out.put("\\\""); break;
    case '\\': out.put("\\\\"); break;
    case '\b': out.put("\\b"); break;
    case '\f': out.put("\\f"); break;
    case '\n': out.put("\\n"); break;
    case '\r': out.put("\\r"); break;
    case '\t': out.put("\\t"); break;
    default: append_escaped_rune(out, static_cast<std::uint8_t>(c));
  }
}

// Appends the code point that `text`, not empty, begins with, and takes it away. False for a bad byte.
bool append_rune_of(ShortText& out, std::string_view& text) {
  const DecodedRune rune = decode_rune(text);
  if (rune.rune < 0x80) {
    append_escaped_ascii(out, static_cast<char>(rune.rune));
  } else if (is_printable(rune.rune)) {
    append_rune(out.flush(), rune.rune);
  } else {
    append_escaped_rune(out, rune.rune);
  }
  text.remove_prefix(rune.size);
  return rune.valid;
}

}  // namespace

void append_json_number(ShortText& out, std::uint64_t value) {
  if (value <= kMaxExactNumber) {
    out.decimal(value);
  } else {
    append_quoted_integer(out, value);
  }
}

void append_json_number(ShortText& out, std::int64_t value) {
  if (value >= 0) {
    append_json_number(out, static_cast<std::uint64_t>(value));
  } else if (value >= -static_cast<std::int64_t>(kMaxExactNumber)) {
    out.decimal(value);
  } else {
    append_quoted_integer(out, value);
  }
}

void append_json_decimal(ShortText& out, std::uint64_t value) { append_quoted_integer(out, value); }
void append_json_decimal(ShortText& out, std::int64_t value) { append_quoted_integer(out, value); }

bool append_json_text(ShortText& out, std::string_view text) {
  std::size_t plain = plain_prefix(text);
  if (plain == text.size()) {
    out.put_quoted(text);
    return true;
  }
  bool valid = true;
  out.put('"');
  while (plain != text.size()) {
    out.put(text.substr(0, plain));
    text.remove_prefix(plain);
    valid &= append_rune_of(out, text);
    plain = plain_prefix(text);
  }
  out.put(text);
  out.put('"');
  return valid;
}

void append_json_base64(ShortText& out, std::string_view bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out.put('"');
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U | (k < group.size() ? static_cast<std::uint8_t>(group[k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out.put(k <= group.size() ? digits[(bits >> (18 - 6 * k)) & 63U] : '=');
  }
  out.put('"');
}

std::string escape_unprintable(std::string_view document) {
  std::string result;
  result.reserve(document.size());
  ShortText out(result);
  while (!document.empty()) {
    if (static_cast<std::uint8_t>(document[0]) < 0x7f) {
      out.put(document[0]);
      document.remove_prefix(1);
    } else {
      append_rune_of(out, document);
    }
  }
  out.flush();
  return result;
}

void JsonObject::put_bytes(const JsonKey& key, std::string_view bytes) {
  out_.put(",\"");
  out_.put(key.name());
  out_.put("_base64\":");
  append_json_base64(out_, bytes);
}

}  // namespace tracecheck

#include "format/quote.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "format/utf8.h"

namespace tracecheck {
namespace {

struct RuneRange {
  char32_t first;
  char32_t last;
};

constexpr RuneRange kPrintable[] = {
#include "format/unicode_printable.inc"
};

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Bytes that stand for themselves between double quotes: printable ASCII but for the quote and the backslash.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

bool is_plain(char c) { return kPlain[static_cast<std::uint8_t>(c)]; }

// The same of eight bytes at once, which most texts of a trace have. The highest bit of a byte tells: a borrow or a carry
// into the next byte only comes from one that is not plain itself.
bool are_plain(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x80 * kOnes;
  const auto below = [](std::uint64_t bytes, std::uint64_t limit) { return (bytes - limit * kOnes) & ~bytes; };
  const std::uint64_t control = below(eight, 0x20);
  const std::uint64_t beyond = (eight + kOnes) | eight;
  const std::uint64_t quote = below(eight ^ ('"' * kOnes), 1);
  const std::uint64_t backslash = below(eight ^ ('\\' * kOnes), 1);
  return ((control | beyond | quote | backslash) & kHigh) == 0;
}

void append_hex(std::string& out, std::string_view prefix, std::uint32_t value, int digits) {
  out += prefix;
  for (int i = digits - 1; i >= 0; --i) out.push_back(kHexDigits[(value >> (4 * i)) & 0xfU]);
}

void append_control(std::string& out, char32_t rune) {
  switch (rune) {
    case '\a': out += "\\a"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\v': out += "\\v"; return;
    default: append_hex(out, "\\x", rune, 2);
  }
}

void append_escaped(std::string& out, const DecodedRune& decoded, char first_byte) {
  const char32_t rune = decoded.rune;
  if (!decoded.valid) {
    append_hex(out, "\\x", static_cast<std::uint8_t>(first_byte), 2);
  } else if (rune == '"' || rune == '\\') {
    out.push_back('\\');
    out.push_back(first_byte);
  } else if (is_printable(rune)) {
    append_rune(out, rune);
  } else if (rune < 0x80) {
    append_control(out, rune);
  } else if (rune < 0x10000) {
    append_hex(out, "\\u", rune, 4);
  } else {
    append_hex(out, "\\U", rune, 8);
  }
}

// One digit's value; 16 or more for what is none, so that every base refuses it.
unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

// Takes the next text of a quoted literal apart, one character or escape at a time.
class Unquoter {
 public:
  Unquoter(std::string_view rest, char quote) : rest_(rest), quote_(quote) {}

  bool at_quote() const { return !rest_.empty() && rest_[0] == quote_; }
  std::string_view rest() const { return rest_; }

  // Plain characters in one go: most of what there is.
  void take_plain(std::string& out) {
    std::size_t count = 0;
    while (count < rest_.size() && is_plain(rest_[count]) && rest_[count] != quote_) ++count;
    out.append(rest_.substr(0, count));
    rest_.remove_prefix(count);
  }

  bool take_one(std::string& out) {
    if (rest_.empty() || rest_[0] == '\n') return false;
    if (rest_[0] == '\\') return take_escape(out);
    const DecodedRune decoded = decode_rune(rest_);
    // A byte that is not UTF-8 becomes U+FFFD, as in Go.
    append_rune(out, decoded.rune);
    rest_.remove_prefix(decoded.size);
    return true;
  }

 private:
  bool take_escape(std::string& out) {
    if (rest_.size() < 2) return false;
    const char kind = rest_[1];
    rest_.remove_prefix(2);
    switch (kind) {
      case 'a': out.push_back('\a'); return true;
      case 'b': out.push_back('\b'); return true;
      case 'f': out.push_back('\f'); return true;
      case 'n': out.push_back('\n'); return true;
      case 'r': out.push_back('\r'); return true;
      case 't': out.push_back('\t'); return true;
      case 'v': out.push_back('\v'); return true;
      case '\\': out.push_back('\\'); return true;
      case 'x': return take_byte(out, 16, 2, 0);
      case 'u': return take_rune(out, 4);
      case 'U': return take_rune(out, 8);
      case '\'':
      case '"':
        if (kind != quote_) return false;
        out.push_back(kind);
        return true;
      default: return kind >= '0' && kind <= '7' && take_byte(out, 8, 2, digit_value(kind));
    }
  }

  // `digits` more digits behind those that `value` holds.
  bool take_number(unsigned base, std::size_t digits, std::uint32_t& value) {
    if (rest_.size() < digits) return false;
    for (std::size_t i = 0; i < digits; ++i) {
      const unsigned digit = digit_value(rest_[i]);
      if (digit >= base) return false;
      value = value * base + digit;
    }
    rest_.remove_prefix(digits);
    return true;
  }

  bool take_byte(std::string& out, unsigned base, std::size_t digits, std::uint32_t value) {
    if (!take_number(base, digits, value) || value > 0xff) return false;
    out.push_back(static_cast<char>(value));
    return true;
  }

  bool take_rune(std::string& out, std::size_t digits) {
    std::uint32_t value = 0;
    if (!take_number(16, digits, value) || !is_valid_rune(value)) return false;
    append_rune(out, value);
    return true;
  }

  std::string_view rest_;
  char quote_;
};

std::optional<std::string> unquote_raw(std::string_view quoted) {
  if (quoted.find('`', 1) != quoted.size() - 1) return std::nullopt;
  std::string out(quoted.substr(1, quoted.size() - 2));
  out.erase(std::remove(out.begin(), out.end(), '\r'), out.end());
  return out;
}

}  // namespace

bool is_printable(char32_t rune) {
  const RuneRange* range = std::upper_bound(std::begin(kPrintable), std::end(kPrintable), rune,
                                            [](char32_t value, const RuneRange& r) { return value < r.first; });
  return range != std::begin(kPrintable) && rune <= std::prev(range)->last;
}

std::size_t plain_prefix(std::string_view text) {
  std::size_t count = 0;
  for (; text.size() - count >= sizeof(std::uint64_t); count += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + count, sizeof eight);
    if (!are_plain(eight)) break;
  }
  while (count < text.size() && is_plain(text[count])) ++count;
  return count;
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const DecodedRune decoded = decode_rune(text);
    append_escaped(out, decoded, text[0]);
    text.remove_prefix(decoded.size);
  }
  out.push_back('"');
}

std::optional<std::string> unquote(std::string_view quoted) {
  if (quoted.size() < 2) return std::nullopt;
  const char quote = quoted[0];
  if (quote == '`') return unquote_raw(quoted);
  if (quote != '"' && quote != '\'') return std::nullopt;
  std::string out;
  Unquoter unquoter(quoted.substr(1), quote);
  if (quote == '\'') {
    if (!unquoter.at_quote() && !unquoter.take_one(out)) return std::nullopt;
  } else {
    for (unquoter.take_plain(out); !unquoter.at_quote(); unquoter.take_plain(out)) {
      if (!unquoter.take_one(out)) return std::nullopt;
    }
  }
  if (!unquoter.at_quote() || unquoter.rest().size() != 1) return std::nullopt;
  return out;
}

}  // namespace tracecheck

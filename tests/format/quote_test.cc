#include "format/quote.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "format/utf8.h"

using namespace tracecheck;
using namespace std::string_literals;

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string utf8(char32_t rune) {
  std::string out;
  append_rune(out, rune);
  return out;
}

}  // namespace

TEST_CASE("Text is quoted as Go quotes it", "[quote]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", R"("")"},
      {"plain ASCII ~ !", R"("plain ASCII ~ !")"},
      {"say \"hi\" \\ 'yes' `so`", R"("say \"hi\" \\ 'yes' `so`")"},
      {"\a\b\f\n\r\t\v", R"("\a\b\f\n\r\t\v")"},
      {"\0\x01\x1b\x1f\x7f"s, R"("\x00\x01\x1b\x1f\x7f")"},
      {"\xc2\x80\xc2\x9f", R"("\u0080\u009f")"},
      {"\xc2\xa0", R"("\u00a0")"},  // a space, but not the ASCII one
      {"\xc2\xad", R"("\u00ad")"},  // soft hyphen
      {"\xc3\xa9\xe4\xb8\x96", "\"\xc3\xa9\xe4\xb8\x96\""},
      {"\xe2\x80\xa8", R"("\u2028")"},
      {"\xef\xbb\xbf", R"("\ufeff")"},
      {"\xef\xbf\xbd", "\"\xef\xbf\xbd\""},  // U+FFFD that stands there itself
      {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
      {"\xf3\xa0\x80\x81", R"("\U000e0001")"},
      {"\xf4\x8f\xbf\xbf", R"("\U0010ffff")"},
      {"\x80", R"("\x80")"},
      {"a\xff"
       "b",
       R"("a\xffb")"},
      {"\xc3", R"("\xc3")"},
      {"\xc0\xaf", R"("\xc0\xaf")"},                  // overlong
      {"\xed\xa0\x80", R"("\xed\xa0\x80")"},          // a surrogate
      {"\xf4\x90\x80\x80", R"("\xf4\x90\x80\x80")"},  // beyond U+10FFFF
      {"\xf0\x9f\x98", R"("\xf0\x9f\x98")"},          // cut short
      {"\xf0\x9f\x98\xf0\x9f\x98\x80", "\"\\xf0\\x9f\\x98\xf0\x9f\x98\x80\""},
  };
  for (const auto& [text, expected] : cases) CHECK(quoted(text) == expected);
}

TEST_CASE("Printable follows Unicode 15.0, not a later one", "[quote]") {
  CHECK(is_printable(U' '));
  CHECK_FALSE(is_printable(0x7f));
  CHECK_FALSE(is_printable(0x378));
  CHECK(is_printable(0x1fae8));        // new in 15.0
  CHECK(is_printable(0x31350));        // the first of CJK extension H, new in 15.0
  CHECK_FALSE(is_printable(0x2ebf0));  // CJK extension I, new in 15.1
  CHECK_FALSE(is_printable(0x1c89));   // new in 16.0
  CHECK_FALSE(is_printable(0xe000));   // private use
  CHECK_FALSE(is_printable(0x10ffff));
  CHECK_FALSE(is_printable(0x110000));
  // Counted with the Go toolchain: code points for which 1.26's strconv.IsPrint is true.
  std::size_t count = 0;
  for (char32_t rune = 0; rune <= 0x10ffff; ++rune) count += is_printable(rune) ? 1 : 0;
  CHECK(count == 148998);
}

TEST_CASE("Quoted text is taken apart as Go takes it", "[quote]") {
  const std::vector<std::pair<std::string, std::string>> good = {
      {R"("")", ""},
      {R"("plain")", "plain"},
      {R"("it's `so`")", "it's `so`"},
      {R"("\a\b\f\n\r\t\v\\\"")", "\a\b\f\n\r\t\v\\\""},
      {R"("\x00\xff\xC3\xA9")", "\0\xff\xc3\xa9"s},
      {R"("\000\101\377")", "\0A\xff"s},
      {R"("\u00e9\u4e16\U0001F600")", "\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80"},
      {R"("\u0041")", "A"},
      {"\"tab\there, \x01 too\"", "tab\there, \x01 too"},
      {"\"\xff\"", "\xef\xbf\xbd"},
      {"``", ""},
      {R"(`\n "as is"`)", R"(\n "as is")"},
      {"`two\nlines\r\n`", "two\nlines\n"},
      {"`\xff`", "\xff"},
      {"''", ""},
      {"'x'", "x"},
      {R"('\'')", "'"},
      {R"('"')", "\""},
      {R"('\xff')", "\xff"},
      {"'\xe4\xb8\x96'", "\xe4\xb8\x96"},
  };
  for (const auto& [text, expected] : good) {
    INFO(text);
    CHECK(unquote(text) == expected);
  }
}

TEST_CASE("What is not one quoted text from end to end is refused", "[quote]") {
  const std::vector<std::string> bad = {
      "",
      "\"",
      "x",
      "plain",
      "\"open",
      "open\"",
      R"("a" )",
      R"( "a")",
      R"("a""b")",
      R"("a"b")",
      "\"a'",
      "\"two\nlines\"",
      R"("\")",
      R"("\q")",
      R"("\'")",
      R"('\"')",
      R"("\x1")",
      R"("\xg0")",
      R"("\u123")",
      R"("\ud800")",
      R"("\U00110000")",
      R"("\U80000000")",
      R"("\400")",
      R"("\08")",
      R"("\1")",
      R"("\12x")",
      "`open",
      "`a`b",
      "`a``",
      "'ab'",
      "'",
      "'a",
      "'\n'",
      R"('\')",
      "\"\\",
  };
  for (const std::string& text : bad) {
    INFO(text);
    CHECK_FALSE(unquote(text));
  }
}

TEST_CASE("Quoting and taking apart give any bytes back", "[quote]") {
  std::mt19937 random(11);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 20, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 3 == 0 ? random() % 128 : random());
    const auto back = unquote(quoted(bytes));
    REQUIRE(back);
    REQUIRE(*back == bytes);
  }
}

TEST_CASE("Code points survive UTF-8", "[utf8]") {
  for (char32_t rune = 0; rune <= 0x10ffff; rune += rune < 0x11000 ? 1 : 61) {
    if (!is_valid_rune(rune)) continue;
    const DecodedRune decoded = decode_rune(utf8(rune) + "x");
    REQUIRE(decoded.valid);
    REQUIRE(decoded.rune == rune);
    REQUIRE(decoded.size == utf8(rune).size());
  }
}

TEST_CASE("What stands for itself ends at the first byte that does not, wherever it is", "[quote]") {
  for (int byte = 0; byte < 256; ++byte) {
    const bool plain = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, '~');
      text[at] = static_cast<char>(byte);
      INFO(byte << " at " << at);
      CHECK(plain_prefix(text) == (plain ? text.size() : at));
      CHECK(plain_prefix(std::string_view(text).substr(0, at)) == at);
    }
  }
}

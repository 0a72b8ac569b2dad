#include "format/text_line.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace tracecheck;

namespace {

std::vector<std::string> tokens(std::string_view line) {
  std::vector<std::string> result;
  for (std::string_view token = take_token(line); !token.empty(); token = take_token(line)) {
    result.emplace_back(token);
  }
  return result;
}

using Tokens = std::vector<std::string>;

}  // namespace

TEST_CASE("Any white space separates tokens", "[text]") {
  CHECK(tokens("GoStart dt=1 g=2") == Tokens{"GoStart", "dt=1", "g=2"});
  CHECK(tokens(" \t\v\f a \r b  ") == Tokens{"a", "b"});
  // Next line, no-break space, en quad, line separator, ideographic space.
  for (const char* space : {"\xc2\x85", "\xc2\xa0", "\xe2\x80\x80", "\xe2\x80\xa8", "\xe3\x80\x80"}) {
    INFO(space);
    CHECK(tokens(std::string("a") + space + space + "b" + space) == Tokens{"a", "b"});
  }
  // Zero-width space, a byte that is no UTF-8: part of the token.
  CHECK(tokens("a\xe2\x80\x8b"
               "b \x85 \xa0") == Tokens{"a\xe2\x80\x8b"
                                        "b",
                                        "\x85", "\xa0"});
  CHECK(tokens("").empty());
  CHECK(tokens(" \xc2\xa0\t").empty());
}

TEST_CASE("A comment sign ends a token and gives none", "[text]") {
  CHECK(tokens("# all of it").empty());
  CHECK(tokens("  \t# all of it").empty());
  CHECK(tokens("Sync#rest") == Tokens{"Sync"});
  CHECK(tokens("Sync # rest") == Tokens{"Sync"});
}

TEST_CASE("White space around is trimmed", "[text]") {
  CHECK(trim_space("") == "");
  CHECK(trim_space(" \t\r\n") == "");
  CHECK(trim_space(" a b ") == "a b");
  CHECK(trim_space("\xc2\xa0 a\xe2\x80\x8b\xe3\x80\x80") == "a\xe2\x80\x8b");
  CHECK(trim_space("a\xa0") == "a\xa0");
}

TEST_CASE("Numbers are decimal, whole and up to 64 bits", "[text]") {
  CHECK(parse_decimal("0") == 0U);
  CHECK(parse_decimal("007") == 7U);
  CHECK(parse_decimal("18446744073709551615") == 18446744073709551615U);
  for (const char* bad : {"", "18446744073709551616", "-1", "+1", "0x10", "1_000", "1 ", " 1", "1.5", "1e3"}) {
    INFO(bad);
    CHECK_FALSE(parse_decimal(bad));
  }
}

TEST_CASE("Text in messages is quoted and of bounded length", "[text]") {
  CHECK(shown("a\n\x1b") == R"("a\n\x1b")");
  CHECK(shown(std::string(61, 'x')) == "\"" + std::string(60, 'x') + "\"...");
}

#include "export/json_text.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "export/json_value.h"

using namespace tracecheck;
using namespace std::string_literals;
using nlohmann::json;

namespace {

std::string text(std::string_view bytes) {
  std::string out;
  ShortText to(out);
  append_json_text(to, bytes);
  return to.flush();
}

std::string base64(std::string_view bytes) {
  std::string out;
  ShortText to(out);
  append_json_base64(to, bytes);
  return to.flush();
}

template <typename Integer>
std::string number(Integer value) {
  std::string out;
  ShortText to(out);
  append_json_number(to, value);
  return to.flush();
}

constexpr std::uint64_t kLimit = 1ULL << 53;
constexpr auto kSignedLimit = static_cast<std::int64_t>(kLimit);

}  // namespace

TEST_CASE("Numbers beyond 2^53 are decimal strings", "[json]") {
  CHECK(number(std::uint64_t{0}) == "0");
  CHECK(number(kLimit) == "9007199254740992");
  CHECK(number(kLimit + 1) == "\"9007199254740993\"");
  CHECK(number(std::numeric_limits<std::uint64_t>::max()) == "\"18446744073709551615\"");
  CHECK(number(std::int64_t{-1}) == "-1");
  CHECK(number(-kSignedLimit) == "-9007199254740992");
  CHECK(number(-kSignedLimit - 1) == "\"-9007199254740993\"");
  CHECK(number(std::numeric_limits<std::int64_t>::min()) == "\"-9223372036854775808\"");
  CHECK(number(std::numeric_limits<std::int64_t>::max()) == "\"9223372036854775807\"");
}

TEST_CASE("Documents and streams write numbers and ids alike", "[json]") {
  for (const std::uint64_t value : {std::uint64_t{0}, kLimit, kLimit + 1, ~std::uint64_t{0}}) {
    CHECK(json_number(value).dump() == number(value));
  }
  for (const std::int64_t id : {std::int64_t{-1}, std::int64_t{-2}, std::int64_t{0}, kSignedLimit + 1}) {
    std::string out;
    {
      ShortText to(out);
      JsonObject object(to);
      object.id("id", id);
    }
    CHECK(out == "{\"id\":" + json_id(id).dump() + "}");
  }
}

TEST_CASE("An id of -1 is none, others are unsigned", "[json]") {
  CHECK(json_id(-1).dump() == "null");
  CHECK(json_id(-2).dump() == "\"18446744073709551614\"");
  CHECK(json_id(7).dump() == "7");
}

TEST_CASE("Texts are escaped as JSON wants it, and where a terminal could come to harm", "[json]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", R"("")"},
      {"plain ~ / '", R"("plain ~ / '")"},
      {"\"\\", R"("\"\\")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"\0\x01\x1b\x7f"s, R"("\u0000\u0001\u001b\u007f")"},
      {"\xc2\x85", R"("\u0085")"},                // a C1 control character
      {"\xe2\x80\xae", R"("\u202e")"},            // turns the direction of writing
      {"\xf3\xa0\x80\x81", R"("\udb40\udc01")"},  // a tag, beyond the basic plane
      {"\xc3\xa9\xe4\xb8\x96", "\"\xc3\xa9\xe4\xb8\x96\""},
      {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
  };
  for (const auto& [bytes, expected] : cases) {
    INFO(expected);
    CHECK(text(bytes) == expected);
    CHECK(json::parse(text(bytes)).get<std::string>() == bytes);
  }
}

TEST_CASE("Each byte that is not UTF-8 becomes one U+FFFD", "[json]") {
  const std::string r = "\xef\xbf\xbd";
  CHECK(text("a\xff"
             "b") == "\"a" + r + "b\"");
  CHECK(text("\xe4\xb8") == "\"" + r + r + "\"");          // a sequence that is cut
  CHECK(text("\xed\xa0\x80") == "\"" + r + r + r + "\"");  // a surrogate
  CHECK(text("\xc0\xaf") == "\"" + r + r + "\"");          // overlong
  CHECK(valid_utf8("\xe4\xb8!") == r + r + "!");
}

TEST_CASE("The bytes stand beside a text that is not UTF-8, and only there", "[json]") {
  std::string out;
  {
    ShortText to(out);
    JsonObject object(to);
    object.text("good", "\xc3\xa9");
    object.text("bad", "a\xff");
    object.text("replaced", "\xef\xbf\xbd");  // U+FFFD itself is a good text
  }
  CHECK(out ==
        "{\"good\":\"\xc3\xa9\",\"bad\":\"a\xef\xbf\xbd\",\"bad_base64\":\"Yf8=\",\"replaced\":\"\xef\xbf\xbd\"}");
}

TEST_CASE("Base64 has its padding", "[json]") {
  CHECK(base64("") == R"("")");
  CHECK(base64("f") == R"("Zg==")");
  CHECK(base64("fo") == R"("Zm8=")");
  CHECK(base64("foo") == R"("Zm9v")");
  CHECK(base64("foobar\xff\xfe\xfb") == R"("Zm9vYmFy//77")");
}

TEST_CASE("Objects and arrays nest", "[json]") {
  std::string out = "x";
  {
    ShortText to(out);
    JsonObject object(to);
    { JsonArray empty(object.member("empty")); }
    {
      JsonArray list(object.member("list"));
      append_json_number(list.element(), std::uint64_t{1});
      JsonObject inner(list.element());
      inner.null("a");
    }
    object.decimal("last", std::int64_t{-5});
  }
  CHECK(out == R"(x{"empty":[],"list":[1,{"a":null}],"last":"-5"})");
}

TEST_CASE("Any bytes make a well-formed text", "[json]") {
  std::mt19937 random(1);  // the same every time
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 12, '\0');
    // Mostly bytes that begin or go on with sequences.
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? random() % 128 : 128 + random() % 128);
    std::string out;
    ShortText to(out);
    const bool valid = append_json_text(to, bytes);
    const auto read_back = json::parse(to.flush()).get<std::string>();
    REQUIRE(read_back == valid_utf8(bytes));
    REQUIRE(valid == (read_back == bytes));
  }
}

TEST_CASE("A document is one line, and harmless on a terminal", "[json]") {
  const nlohmann::ordered_json document = {{"b", "\x1b\xc2\x85\xe2\x80\xae\xc3\xa9\n"}, {"a", 1}};
  CHECK(json_line(document) == "{\"b\":\"\\u001b\\u0085\\u202e\xc3\xa9\\n\",\"a\":1}");
  // A text that nobody checked is no reason to fail.
  CHECK_NOTHROW(json::parse(json_line({{"bad", "\xff"}})));
}

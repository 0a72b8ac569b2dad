#include "format/header.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using namespace tracecheck;
using namespace std::string_literals;

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

HeaderKind kind_of(std::string_view text) { return parse_header(bytes_of(text)).kind; }

const std::string kGood = "go 1.26 trace\0\0\0"s;

}  // namespace

TEST_CASE("Headers of known versions are recognised", "[header]") {
  for (const GoVersion version : {GoVersion::Go122, GoVersion::Go123, GoVersion::Go125, GoVersion::Go126}) {
    const std::string bytes = header_bytes(version);
    CHECK(bytes.size() == kHeaderSize);
    for (const char* tail : {"", "\x01\x01", "anything"}) {
      const Header header = parse_header(bytes_of(bytes + tail));
      CHECK(header.kind == HeaderKind::V2);
      CHECK(header.minor == static_cast<std::uint32_t>(minor_of(version)));
    }
  }
  CHECK(header_bytes(GoVersion::Go126) == kGood);
}

TEST_CASE("Headers of other versions keep their number", "[header]") {
  for (const std::uint32_t minor : {11U, 19U, 21U}) {
    const Header header = parse_header(bytes_of("go 1." + std::to_string(minor) + " trace\0\0\0"s));
    CHECK(header.kind == HeaderKind::V1);
    CHECK(header.minor == minor);
  }
  for (const std::uint32_t minor : {10U, 12U, 20U, 24U, 27U, 99U}) {
    const Header header = parse_header(bytes_of("go 1." + std::to_string(minor) + " trace\0\0\0"s));
    CHECK(header.kind == HeaderKind::UnknownMinor);
    CHECK(header.minor == minor);
  }
}

TEST_CASE("A header cut at any byte could still become one", "[header]") {
  for (std::size_t size = 0; size < kHeaderSize; ++size) {
    INFO(size);
    CHECK(kind_of(kGood.substr(0, size)) == HeaderKind::Short);
  }
}

TEST_CASE("One wrong byte makes it no header", "[header]") {
  for (std::size_t i = 0; i < kHeaderSize; ++i) {
    INFO(i);
    std::string bytes = kGood;
    bytes[i] = 'x';
    CHECK(kind_of(bytes) == HeaderKind::NotAHeader);
    CHECK(kind_of(bytes.substr(0, i + 1)) == HeaderKind::NotAHeader);
  }
  CHECK(kind_of("hello\n") == HeaderKind::NotAHeader);
}

TEST_CASE("A header is found behind text", "[header]") {
  CHECK(find_header(bytes_of(kGood)) == 0U);
  CHECK(find_header(bytes_of("go 1.2\ngo 1.26 go 1." + kGood + "\x01")) == 20U);
  CHECK(find_header(bytes_of("text" + "go 1.27 trace\0\0\0"s)) == 4U);
  CHECK_FALSE(find_header(bytes_of("text" + kGood.substr(0, 15))));
  CHECK_FALSE(find_header({}));
}

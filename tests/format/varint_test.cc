#include "format/varint.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

using namespace tracecheck;

namespace {

struct Read {
  VarintStatus status = VarintStatus::Short;
  std::uint64_t value = 12345;  // left alone on failure
  std::size_t used = 0;
};

Read read(const std::string& bytes) {
  const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());  // so that a sanitizer sees its end
  const std::uint8_t* at = copy.data();
  Read result;
  result.status = read_varint(at, copy.data() + copy.size(), result.value);
  result.used = static_cast<std::size_t>(at - copy.data());
  return result;
}

std::vector<std::uint64_t> around_powers_of_two() {
  std::vector<std::uint64_t> values = {0, ~0ULL};
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = 1ULL << bit;
    values.insert(values.end(), {power - 1, power, power + 1});
  }
  return values;
}

}  // namespace

TEST_CASE("Varints come back as they were written, around every power of two", "[varint]") {
  for (const std::uint64_t value : around_powers_of_two()) {
    INFO(value);
    std::string bytes;
    append_varint(bytes, value);
    std::size_t groups = 1;
    for (std::uint64_t rest = value >> 7U; rest != 0; rest >>= 7U) ++groups;
    CHECK(bytes.size() == groups);
    for (const char* tail : {"", "\x01", "\xff\xff"}) {
      const Read got = read(bytes + tail);
      CHECK(got.status == VarintStatus::Ok);
      CHECK(got.value == value);
      CHECK(got.used == bytes.size());
    }
  }
}

TEST_CASE("Padded varints are ten bytes and mean the same", "[varint]") {
  for (const std::uint64_t value : around_powers_of_two()) {
    std::string bytes;
    append_padded_varint(bytes, value);
    REQUIRE(bytes.size() == 10);
    CHECK(read(bytes).status == VarintStatus::Ok);
    CHECK(read(bytes).value == value);
    CHECK(read(bytes).used == 10);
  }
  // Any amount of padding is legal.
  CHECK(read(std::string("\x81\x80\x00", 3)).value == 1);
}

TEST_CASE("A varint cut at any byte is short and moves nothing", "[varint]") {
  for (const std::uint64_t value : around_powers_of_two()) {
    for (const bool padded : {false, true}) {
      std::string bytes;
      padded ? append_padded_varint(bytes, value) : append_varint(bytes, value);
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        const Read got = read(bytes.substr(0, size));
        REQUIRE(got.status == VarintStatus::Short);
        REQUIRE(got.value == 12345);
        REQUIRE(got.used == 0);
      }
    }
  }
}

TEST_CASE("More than 64 bits is an overflow", "[varint]") {
  const std::string nine(9, '\xff');
  CHECK(read(nine + "\x01").value == ~0ULL);
  for (const char* last : {"\x02", "\x7f", "\x80", "\x81", "\xff"}) {
    const Read got = read(nine + last + "\x01");
    CHECK(got.status == VarintStatus::Overflow);
    CHECK(got.value == 12345);
    CHECK(got.used == 0);
  }
  CHECK(read(std::string(10, '\x80') + '\0').status == VarintStatus::Overflow);
}

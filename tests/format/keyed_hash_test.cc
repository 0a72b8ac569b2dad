#include "format/keyed_hash.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tracecheck;

TEST_CASE("The hash is what its authors print for their example", "[keyed_hash]") {
  std::string text;
  for (char c = 0; c < 15; ++c) text.push_back(c);
  CHECK(keyed_hash({0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL}, text) == 0xa129ca6149be45e5ULL);
}

TEST_CASE("Another key or another text gives another hash", "[keyed_hash]") {
  const HashKey key{1, 2};
  CHECK(keyed_hash(key, "a") != keyed_hash({1, 3}, "a"));
  CHECK(keyed_hash(key, "a") != keyed_hash(key, std::string_view("a\0", 2)));
  CHECK(keyed_hash(key, "") == keyed_hash(key, ""));
}

#include "export/short_text.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using namespace tracecheck;

// Around each size at which a text is copied another way, at each place of the buffer.
TEST_CASE("Pieces of any size come out whole and in order", "[short text]") {
  std::string letters;
  for (int i = 0; i < 600; ++i) letters += static_cast<char>('a' + i % 26);
  for (std::size_t size = 0; size < 600; size += size < 20 || (size > 250 && size < 260) ? 1 : 37) {
    const std::string_view piece = std::string_view(letters).substr(0, size);
    std::string expected = "before";
    std::string out = expected;
    {
      ShortText text(out);
      for (int round = 0; round < 300; ++round) {
        text.put('.');
        text.put(piece);
        text.put_quoted(piece);
        text.put_name(',', "name");
        text.decimal(round);
        expected += '.';
        expected += piece;
        expected += '"';
        expected += piece;
        expected += "\",\"name\":" + std::to_string(round);
      }
    }
    INFO(size);
    REQUIRE(out == expected);
  }
}

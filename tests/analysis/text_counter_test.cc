// Counting a text in a stream, however the stream is cut into pieces.
#include "analysis/text_counter.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

using namespace tracecheck;

namespace {

std::uint64_t count_in_pieces(const std::string& text, const std::string& stream, std::size_t size) {
  TextCounter counter(text);
  for (std::size_t at = 0; at < stream.size(); at += size) {
    counter.see(std::string_view(stream).substr(at, size));
  }
  return counter.count();
}

// By looking for it again and again.
std::uint64_t count_plainly(const std::string& text, const std::string& stream) {
  std::uint64_t count = 0;
  for (std::size_t at = stream.find(text); at != std::string::npos; at = stream.find(text, at + text.size())) ++count;
  return count;
}

}  // namespace

TEST_CASE("a text is counted without overlaps", "[text_counter]") {
  CHECK(count_in_pieces("aa", "aaaaa", 5) == 2);
  CHECK(count_in_pieces("aba", "ababa aba", 9) == 2);
  CHECK(count_in_pieces("yzzyx\n", "panic: yzzyx\n\ngoroutine 1", 100) == 1);
  CHECK(count_in_pieces("x", "", 1) == 0);
  CHECK(count_in_pieces(std::string("\0a", 2), std::string("\0\0a\0a", 5), 1) == 2);
}

TEST_CASE("a text is counted wherever the stream is cut", "[text_counter]") {
  // All texts of up to five letters in all streams of up to nine, over two letters.
  for (unsigned text_bits = 0; text_bits < 32; ++text_bits) {
    for (unsigned stream_bits = 0; stream_bits < 512; ++stream_bits) {
      std::string text;
      std::string stream;
      for (unsigned i = 0; i < 1 + text_bits % 5; ++i) text += (text_bits >> i & 1U) != 0 ? 'a' : 'b';
      for (unsigned i = 0; i < 9; ++i) stream += (stream_bits >> i & 1U) != 0 ? 'a' : 'b';
      const std::size_t size = 1 + stream_bits % 4;
      INFO(text << " in " << stream << " by " << size);
      REQUIRE(count_in_pieces(text, stream, size) == count_plainly(text, stream));
    }
  }
}

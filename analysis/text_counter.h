// Counts a text in a stream that comes in pieces, of which nothing is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck {

/// Occurrences that do not overlap, from the left: "aa" is twice in "aaaaa". Time is linear in the stream, whatever
/// the text.
class TextCounter {
 public:
  /// `text` is not empty.
  explicit TextCounter(std::string text);

  void see(std::string_view piece);
  std::uint64_t count() const { return count_; }

 private:
  std::string text_;
  std::vector<std::size_t> border_;  // of text_'s first i + 1 bytes: how long a part both begins and ends them
  std::size_t matched_ = 0;          // so many bytes of text_ are the stream's last ones
  std::uint64_t count_ = 0;
};

}  // namespace tracecheck

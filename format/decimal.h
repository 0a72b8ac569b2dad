// Whole numbers as decimal text, without a string of their own: texts of events are mostly numbers.
#pragma once

#include <charconv>
#include <limits>
#include <string>

namespace tracecheck {

/// Appends `value`, with a sign if it is negative.
template <typename Integer>
void append_decimal(std::string& out, Integer value) {
  char digits[std::numeric_limits<Integer>::digits10 + 2];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

}  // namespace tracecheck

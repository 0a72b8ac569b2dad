// Whole numbers as decimal text, without a string of their own: texts of events are mostly numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace tracecheck {

/// Characters that any number of 64 bits fits into.
inline constexpr std::size_t kMaxDecimal = 20;

namespace decimal_detail {

// "00" to "99": a division gives two digits.
inline constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

inline void write_pair(char* to, std::uint32_t below_100) { std::memcpy(to, &kPairs[std::size_t{2} * below_100], 2); }

inline char* write_four(char* to, std::uint32_t value) {
  write_pair(to, value / 100);
  write_pair(to + 2, value % 100);
  return to + 4;
}

inline char* write_up_to_four(char* to, std::uint32_t value) {
  if (value >= 1000) return write_four(to, value);
  if (value >= 100) *to++ = static_cast<char>('0' + value / 100);
  if (value < 10) {
    *to = static_cast<char>('0' + value);
    return to + 1;
  }
  write_pair(to, value % 100);
  return to + 2;
}

// Digits by fours, in their places: no division waits for another, and neighbouring times take the same branches.
inline char* write_up_to_eight(char* to, std::uint32_t value) {
  if (value < 10000) return write_up_to_four(to, value);
  return write_four(write_up_to_four(to, value / 10000), value % 10000);
}

}  // namespace decimal_detail

/// Writes `value` at `to`, where there is room for kMaxDecimal characters, and gives the end of it.
inline char* write_decimal(char* to, std::uint64_t value) {
  constexpr std::uint64_t kEightDigits = 100'000'000;
  if (value < kEightDigits) return decimal_detail::write_up_to_eight(to, static_cast<std::uint32_t>(value));
  to = write_decimal(to, value / kEightDigits);
  const auto low = static_cast<std::uint32_t>(value % kEightDigits);
  return decimal_detail::write_four(decimal_detail::write_four(to, low / 10000), low % 10000);
}

/// The same, with a sign if it is negative.
inline char* write_decimal(char* to, std::int64_t value) {
  if (value >= 0) return write_decimal(to, static_cast<std::uint64_t>(value));
  *to = '-';
  return write_decimal(to + 1, 0 - static_cast<std::uint64_t>(value));
}

template <typename Integer>
using Widest = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;

/// Appends `value`, with a sign if it is negative.
template <typename Integer>
void append_decimal(std::string& out, Integer value) {
  char digits[kMaxDecimal];
  out.append(digits, write_decimal(digits, static_cast<Widest<Integer>>(value)));
}

}  // namespace tracecheck

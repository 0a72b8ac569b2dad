// Unsigned LEB128 varints. Fact from: FORMAT.md, introduction.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

namespace tracecheck {

/// Eight bytes as a number.
inline std::uint64_t load_little_endian(const std::uint8_t* at) {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, at, sizeof word);
  } else {
    for (int i = 7; i >= 0; --i) word = (word << 8U) | at[i];
  }
  return word;
}

/// The most bytes a varint may take; the tenth holds at most 1.
inline constexpr int kMaxVarintBytes = 10;

enum class VarintStatus : std::uint8_t {
  Ok,
  Short,     // the input ends inside it
  Overflow,  // longer than ten bytes, or beyond 2^64-1
};

/// Reads one varint at `at` (not beyond `end`), padded ones included. On Ok, `at` is moved past it and
/// `value` set; otherwise both are left alone.
VarintStatus read_varint_slow(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t& value);

inline VarintStatus read_varint(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t& value) {
  // Most values of a trace take one byte or two; the rest goes the long way.
  if (end - at >= 2) [[likely]] {
    const std::uint8_t first = at[0];
    if (first < 0x80) {
      value = first;
      at += 1;
      return VarintStatus::Ok;
    }
    const std::uint8_t second = at[1];
    if (second < 0x80) {
      value = (first & 0x7fU) | (static_cast<std::uint64_t>(second) << 7U);
      at += 2;
      return VarintStatus::Ok;
    }
  }
  return read_varint_slow(at, end, value);
}

/// What stands at a place, and how many bytes it takes; 0 for a number longer than ten bytes, or beyond 2^64-1.
struct Varint {
  std::uint64_t value = 0;
  std::size_t size = 0;
};
Varint long_varint_at(const std::uint8_t* at);

/// Reads one varint where at least kMaxVarintBytes are known to follow `at`: saves the look at the end, and takes
/// numbers of up to eight bytes in one piece. By value, so that a loop over numbers stays in registers.
[[gnu::always_inline]] inline Varint varint_at(const std::uint8_t* at) {
  const std::uint8_t first = at[0];
  if (first < 0x80) [[likely]]
    return {first, 1};
  const std::uint8_t second = at[1];
  if (second < 0x80) return {(first & 0x7fU) | (static_cast<std::uint64_t>(second) << 7U), 2};
  std::uint64_t word = load_little_endian(at);
  const std::uint64_t ends = ~word & 0x8080808080808080U;  // the top bits of bytes that end a number
  if (ends == 0) [[unlikely]]
    return long_varint_at(at);
  word &= ends ^ (ends - 1);  // up to the first such byte
  // Seven bits from each byte: pairs, then fours, then all eight move together.
  word = (word & 0x007f007f007f007fU) | ((word & 0x7f007f007f007f00U) >> 1U);
  word = (word & 0x00003fff00003fffU) | ((word & 0x3fff00003fff0000U) >> 2U);
  word = (word & 0x000000000fffffffU) | ((word & 0x0fffffff00000000U) >> 4U);
  return {word, static_cast<std::size_t>(std::countr_zero(ends) + 1) / 8};
}

/// The same, without a branch between one byte and two, where it would be a toss-up.
[[gnu::always_inline]] inline Varint short_varint_at(const std::uint8_t* at) {
  const std::uint64_t first = at[0];
  const std::uint64_t second = at[1];
  const std::uint64_t goes_on = first >> 7U;
  if ((goes_on & (second >> 7U)) != 0) [[unlikely]]
    return varint_at(at);
  return {(first & 0x7fU) | ((second << 7U) & (0 - goes_on)), 1 + goes_on};
}

/// As read_varint, under the same condition.
inline VarintStatus read_varint_inside(const std::uint8_t*& at, std::uint64_t& value) {
  const Varint read = varint_at(at);
  if (read.size == 0) [[unlikely]]
    return VarintStatus::Overflow;
  at += read.size;
  value = read.value;
  return VarintStatus::Ok;
}

/// Appends `value` in its shortest form.
void append_varint(std::string& out, std::uint64_t value);

/// Appends `value` padded to ten bytes, as the runtime writes a batch size that it fills in later.
void append_padded_varint(std::string& out, std::uint64_t value);

}  // namespace tracecheck

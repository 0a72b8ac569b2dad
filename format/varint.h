// Unsigned LEB128 varints. Fact from: FORMAT.md, introduction.
#pragma once

#include <cstdint>
#include <string>

namespace tracecheck {

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

/// As read_varint, where at least kMaxVarintBytes are known to follow `at`: saves the look at the end.
inline VarintStatus read_varint_inside(const std::uint8_t*& at, std::uint64_t& value) {
  const std::uint8_t first = at[0];
  if (first < 0x80) [[likely]] {
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
  return read_varint_slow(at, at + kMaxVarintBytes, value);
}

/// Appends `value` in its shortest form.
void append_varint(std::string& out, std::uint64_t value);

/// Appends `value` padded to ten bytes, as the runtime writes a batch size that it fills in later.
void append_padded_varint(std::string& out, std::uint64_t value);

}  // namespace tracecheck

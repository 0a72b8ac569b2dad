#include "format/varint.h"

namespace tracecheck {

VarintStatus read_varint_slow(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t& value) {
  std::uint64_t result = 0;
  const std::uint8_t* p = at;
  for (int i = 0; i < kMaxVarintBytes; ++i) {
    if (p == end) return VarintStatus::Short;
    const std::uint8_t byte = *p++;
    if (i == kMaxVarintBytes - 1 && byte > 1) return VarintStatus::Overflow;
    result |= static_cast<std::uint64_t>(byte & 0x7fU) << (7 * i);
    if (byte < 0x80) {
      at = p;
      value = result;
      return VarintStatus::Ok;
    }
  }
  return VarintStatus::Overflow;
}

Varint long_varint_at(const std::uint8_t* at) {
  Varint read;
  const std::uint8_t* end = at;
  if (read_varint_slow(end, at + kMaxVarintBytes, read.value) == VarintStatus::Ok) {
    read.size = static_cast<std::size_t>(end - at);
  }
  return read;
}

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>((value & 0x7fU) | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<char>(value));
}

void append_padded_varint(std::string& out, std::uint64_t value) {
  for (int i = 0; i < kMaxVarintBytes - 1; ++i) {
    out.push_back(static_cast<char>((value & 0x7fU) | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<char>(value));
}

}  // namespace tracecheck

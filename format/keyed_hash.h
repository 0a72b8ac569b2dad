// SipHash-2-4: a hash that tells nothing of a text to those who lack the key. Frozen by its authors, Aumasson and
// Bernstein.
#pragma once

#include <cstdint>
#include <string_view>

namespace tracecheck {

struct HashKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

std::uint64_t keyed_hash(const HashKey& key, std::string_view text);

}  // namespace tracecheck

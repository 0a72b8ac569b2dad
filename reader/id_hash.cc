#include "reader/id_hash.h"

#include <unistd.h>

#include <chrono>

namespace tracecheck {

std::uint64_t hash_key() {
  static const std::uint64_t key = []() -> std::uint64_t {
    std::uint64_t random = 0;
    if (getentropy(&random, sizeof random) == 0) return random;
    // Better than none, where the system gives no random numbers.
    const auto now = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    return now * 0x9e3779b97f4a7c15ULL ^ static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(&random));
  }();
  return key;
}

}  // namespace tracecheck

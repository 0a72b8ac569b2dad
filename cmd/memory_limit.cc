// The global operator new is replaced by one that counts once there is a limit, and costs a look at a flag until then.
#include "cmd/memory_limit.h"

#include <malloc.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "reader/limited_source.h"

namespace tracecheck::cmd {
namespace {

// 0: no limit, and nothing is counted. Counted since the limit was set: what was there before may be given back, too.
std::atomic<std::int64_t> most{0};
std::atomic<std::int64_t> in_use{0};
std::atomic<bool> refused{false};  // once at least

// For the messages that tell that the limit was reached.
constexpr std::int64_t kLastWords = 1 << 20;

bool may_have(std::size_t size) {
  const std::int64_t limit = most.load(std::memory_order_relaxed);
  if (limit == 0 || in_use.load(std::memory_order_relaxed) + static_cast<std::int64_t>(size) <= limit) return true;
  if (!refused.exchange(true)) most.fetch_add(kLastWords);
  return false;
}

bool counts() { return most.load(std::memory_order_relaxed) != 0; }

void add_to_use(std::size_t bytes) { in_use.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed); }

void take_from_use(std::size_t bytes) { in_use.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed); }

void* allocate(std::size_t size) {
  if (!may_have(size)) throw MemoryLimitReached();
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  if (counts()) add_to_use(malloc_usable_size(memory));
  return memory;
}

// In front of aligned memory. How much the system takes for that depends on where it happens to lie, and a limit is not to
// be a matter of luck: what was asked for is counted.
struct Aligned {
  void* base;
  std::size_t size;
};

void* allocate(std::size_t size, std::align_val_t alignment) {
  if (!may_have(size)) throw MemoryLimitReached();
  std::size_t room = size + static_cast<std::size_t>(alignment);
  void* const base = room < size ? nullptr : std::malloc(sizeof(Aligned) + room);
  if (base == nullptr) throw std::bad_alloc();
  void* place = static_cast<Aligned*>(base) + 1;
  std::align(static_cast<std::size_t>(alignment), size, place, room);
  static_cast<Aligned*>(place)[-1] = {base, size};
  if (counts()) add_to_use(size);
  return place;
}

void give_back(void* memory) {
  if (memory != nullptr && counts()) take_from_use(malloc_usable_size(memory));
  std::free(memory);
}

void give_back_aligned(void* memory) {
  if (memory == nullptr) return;
  const Aligned aligned = static_cast<Aligned*>(memory)[-1];
  if (counts()) take_from_use(aligned.size);
  std::free(aligned.base);
}

}  // namespace

void limit_memory(std::size_t bytes) {
  constexpr auto kMost = static_cast<std::size_t>(INT64_MAX - kLastWords);
  most = static_cast<std::int64_t>(bytes == 0 ? 1 : bytes < kMost ? bytes : kMost);
}

bool memory_is_limited() { return counts(); }

}  // namespace tracecheck::cmd

// All forms: those of a sanitizer do not call each other, as the standard library's do.
namespace limit = tracecheck::cmd;
using Alignment = std::align_val_t;
using NoThrow = std::nothrow_t;

namespace {

template <typename... Arguments>
void* or_null(Arguments... arguments) noexcept {
  try {
    return limit::allocate(arguments...);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

void* operator new(std::size_t size) { return limit::allocate(size); }
void* operator new[](std::size_t size) { return limit::allocate(size); }
void* operator new(std::size_t size, Alignment alignment) { return limit::allocate(size, alignment); }
void* operator new[](std::size_t size, Alignment alignment) { return limit::allocate(size, alignment); }
void* operator new(std::size_t size, const NoThrow& /*tag*/) noexcept { return or_null(size); }
void* operator new[](std::size_t size, const NoThrow& /*tag*/) noexcept { return or_null(size); }
void* operator new(std::size_t size, Alignment to, const NoThrow& /*tag*/) noexcept { return or_null(size, to); }
void* operator new[](std::size_t size, Alignment to, const NoThrow& /*tag*/) noexcept { return or_null(size, to); }
void operator delete(void* memory) noexcept { limit::give_back(memory); }
void operator delete[](void* memory) noexcept { limit::give_back(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { limit::give_back(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { limit::give_back(memory); }
void operator delete(void* memory, Alignment /*alignment*/) noexcept { limit::give_back_aligned(memory); }
void operator delete[](void* memory, Alignment /*alignment*/) noexcept { limit::give_back_aligned(memory); }
void operator delete(void* memory, std::size_t /*size*/, Alignment /*alignment*/) noexcept {
  limit::give_back_aligned(memory);
}
void operator delete[](void* memory, std::size_t /*size*/, Alignment /*alignment*/) noexcept {
  limit::give_back_aligned(memory);
}
void operator delete(void* memory, const NoThrow& /*tag*/) noexcept { limit::give_back(memory); }
void operator delete[](void* memory, const NoThrow& /*tag*/) noexcept { limit::give_back(memory); }

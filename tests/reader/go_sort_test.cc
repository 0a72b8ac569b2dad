#include "reader/go_sort.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace tracecheck;

namespace {

struct Vector {
  const char* pattern;
  std::uint32_t hashes[29];
};
#include "tests/reader/vectors/go_sort.inc"
static_assert(std::size(kSizes) == std::size(Vector{}.hashes));

using Keys = std::vector<int>;

Keys fill(int n, const std::function<int(int)>& key) {
  Keys keys(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) keys[static_cast<std::size_t>(i)] = key(i);
  return keys;
}

Keys random_keys(int n, int count) {
  auto state = static_cast<std::uint64_t>(n);
  return fill(n, [&](int) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state >> 33U) % static_cast<std::uint64_t>(count));
  });
}

Keys nearly_rising(int n) {
  Keys keys = fill(n, [](int i) { return i / 3; });
  const auto size = static_cast<std::size_t>(n);
  if (n > 8) {
    std::swap(keys[size / 2], keys[size / 2 + 4]);
    std::swap(keys[size - 1], keys[size - 5]);
  }
  return keys;
}

// Keys that are decided while the algorithm compares, always to its disadvantage.
Keys adversary(int n) {
  const int undecided = n;
  Keys keys = fill(n, [=](int) { return undecided; });
  int decided = 0;
  int candidate = 0;
  Keys elements = fill(n, [](int i) { return i; });
  go_sort(std::span(elements), [&](int x, int y) {
    int& a = keys[static_cast<std::size_t>(x)];
    int& b = keys[static_cast<std::size_t>(y)];
    if (a == undecided && b == undecided) (x == candidate ? a : b) = decided++;
    if (a == undecided) {
      candidate = x;
    } else if (b == undecided) {
      candidate = y;
    }
    return a < b;
  });
  for (int& key : keys) key /= 2;
  return keys;
}

Keys keys_of(const std::string& pattern, int n) {
  if (pattern == "equal") return fill(n, [](int) { return 0; });
  if (pattern == "two keys") return random_keys(n, 2);
  if (pattern == "three keys") return random_keys(n, 3);
  if (pattern == "seven keys") return random_keys(n, 7);
  if (pattern == "many keys") return random_keys(n, n / 2 + 1);
  if (pattern == "rising") return fill(n, [](int i) { return i / 4; });
  if (pattern == "falling") return fill(n, [=](int i) { return (n - i) / 4; });
  if (pattern == "saw") return fill(n, [](int i) { return i % 9; });
  if (pattern == "pipe") return fill(n, [=](int i) { return std::min(i, n - i) / 2; });
  if (pattern == "nearly rising") return nearly_rising(n);
  if (pattern == "adversary") return adversary(n);
  FAIL("no pattern " << pattern);
  return {};
}

using Item = std::pair<int, int>;  // key, and where it stood

std::vector<Item> sorted(const Keys& keys) {
  std::vector<Item> items;
  for (const int key : keys) items.emplace_back(key, static_cast<int>(items.size()));
  go_sort(std::span(items), [](const Item& a, const Item& b) { return a.first < b.first; });
  return items;
}

std::uint32_t hash(const std::vector<Item>& items) {
  std::uint32_t h = 2166136261U;
  for (const Item& item : items) h = (h ^ static_cast<std::uint32_t>(item.second)) * 16777619U;
  return h;
}

}  // namespace

TEST_CASE("Equal elements end up where Go's slices.SortFunc leaves them", "[sort]") {
  for (const Vector& vector : kVectors) {
    for (std::size_t i = 0; i < std::size(kSizes); ++i) {
      INFO(vector.pattern << ", " << kSizes[i]);
      const std::vector<Item> items = sorted(keys_of(vector.pattern, kSizes[i]));
      CHECK(std::is_sorted(items.begin(), items.end(), [](Item a, Item b) { return a.first < b.first; }));
      CHECK(hash(items) == vector.hashes[i]);
    }
  }
}

TEST_CASE("Up to twelve elements the sort is stable", "[sort]") {
  for (int n = 0; n <= 12; ++n) {
    for (const char* pattern : {"equal", "two keys", "three keys", "falling", "saw"}) {
      INFO(pattern << ", " << n);
      const std::vector<Item> items = sorted(keys_of(pattern, n));
      CHECK(std::is_sorted(items.begin(), items.end()));
    }
  }
}

TEST_CASE("Beyond twelve elements it is not", "[sort]") {
  const std::vector<Item> items = sorted(keys_of("two keys", 60));
  CHECK_FALSE(std::is_sorted(items.begin(), items.end()));
}

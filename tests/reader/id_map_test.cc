#include "reader/id_map.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <unordered_map>

#include "reader/id_table.h"
#include "reader/name_pool.h"

using namespace tracecheck;

namespace {

struct State {
  std::int64_t id = -1;
  bool live = false;
  int value = 0;
};

struct Entry {
  int value = 0;
  bool present() const { return value != 0; }
};

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("An empty map finds nothing", "[containers]") {
  const IdMap<State> map;
  CHECK(map.find(0) == kNoSlot);
  CHECK(map.find(0, 0) == kNoSlot);
  CHECK(map.size() == 0);
}

TEST_CASE("A map keeps states by any id", "[containers]") {
  IdMap<State> map;
  int value = 0;
  for (const std::int64_t id : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, kLeast, kMost}) {
    map[map.insert(id)].value = ++value;
  }
  CHECK(map.size() == 5);
  CHECK(map[map.find(kLeast)].value == 4);
  CHECK(map[map.find(kMost)].value == 5);
  CHECK(map[map.find(-1)].value == 2);
  CHECK(map.find(2) == kNoSlot);
}

TEST_CASE("A hint counts while its slot holds the id, and only then", "[containers]") {
  IdMap<State> map;
  const Slot slot = map.insert(5);
  CHECK(map.find(5, slot) == slot);
  CHECK(map.find(5, kNoSlot) == slot);
  CHECK(map.find(5, 1000) == slot);
  CHECK(map.find(6, slot) == kNoSlot);
  map.erase(slot);
  CHECK(map.find(5, slot) == kNoSlot);
  const Slot again = map.insert(7);
  CHECK(again == slot);  // slots are used again, so that memory stays
  CHECK(map.find(5, slot) == kNoSlot);
  CHECK(map.find(7, slot) == slot);
}

TEST_CASE("A state keeps its slot while others come and go", "[containers]") {
  IdMap<State> map;
  const Slot slot = map.insert(-42);
  map[slot].value = 42;
  for (std::int64_t id = 0; id < 10000; ++id) map.insert(id);
  for (std::int64_t id = 0; id < 10000; id += 2) map.erase(map.find(id));
  CHECK(map.find(-42) == slot);
  CHECK(map[slot].value == 42);
}

TEST_CASE("A map does what a standard map does", "[containers]") {
  const auto spread = GENERATE(as<std::uint64_t>{}, 1, 64, 4096, 1ULL << 32U, 0x9e3779b97f4a7c15ULL >> 1U);
  std::mt19937 random(11);
  IdMap<State> map;
  std::unordered_map<std::int64_t, int> expected;
  for (int step = 0; step < 20000; ++step) {
    const auto id = static_cast<std::int64_t>(random() % 500 * spread);
    const Slot slot = map.find(id);
    if ((slot != kNoSlot) != expected.contains(id)) FAIL("id " << id << " in step " << step);
    if (slot == kNoSlot) {
      map[map.insert(id)].value = expected[id] = step;
    } else if (map[slot].value != expected[id]) {
      FAIL("state of id " << id << " in step " << step);
    } else if (random() % 2 == 0) {
      map.erase(slot);
      expected.erase(id);
    }
  }
  CHECK(map.size() == expected.size());
  std::size_t seen = 0;
  map.for_each([&](const State& state) { seen += expected.at(state.id) == state.value ? 1 : 0; });
  CHECK(seen == expected.size());
}

TEST_CASE("A table refuses an id that is there", "[containers]") {
  IdTable<Entry> table;
  CHECK(table.insert(5, {1}));
  CHECK_FALSE(table.insert(5, {2}));
  CHECK(table.find(5)->value == 1);
  CHECK(table.size() == 1);
}

TEST_CASE("A table holds id 0 and ids of any size", "[containers]") {
  IdTable<Entry> table;
  int value = 0;
  const std::uint64_t ids[] = {0, 1, 16383, 16384, 1ULL << 31U, 1ULL << 32U, ~0ULL};
  for (const std::uint64_t id : ids) CHECK(table.insert(id, {++value}));
  value = 0;
  for (const std::uint64_t id : ids) {
    INFO(id);
    REQUIRE(table.find(id) != nullptr);
    CHECK(table.find(id)->value == ++value);
    CHECK_FALSE(table.insert(id, {99}));
  }
  CHECK(table.find(2) == nullptr);
  CHECK(table.find(1ULL << 33U) == nullptr);
}

TEST_CASE("An id that was far off stays there when the table grows past it", "[containers]") {
  IdTable<Entry> table;
  CHECK(table.insert(50000, {7}));
  for (std::uint64_t id = 1; id < 60000; ++id) {
    if (id != 50000 && !table.insert(id, {1})) FAIL("id " << id);
  }
  CHECK(table.find(50000)->value == 7);
  CHECK_FALSE(table.insert(50000, {8}));
  std::size_t count = 0;
  int sum = 0;
  table.for_each([&](std::uint64_t, const Entry& entry) {
    ++count;
    sum += entry.value;
  });
  CHECK(count == 59999);
  CHECK(table.size() == 59999);
  CHECK(sum == 59998 + 7);
}

TEST_CASE("A name pool knows equal texts, the empty one too", "[containers]") {
  NamePool pool;
  const NameId one = pool.intern("one");
  const NameId empty = pool.intern("");
  CHECK(pool.intern("one") == one);
  CHECK(pool.intern("") == empty);
  CHECK(one != empty);
  CHECK(pool.text(one) == "one");
  CHECK(pool.text(empty).empty());
  CHECK(pool.size() == 2);
}

TEST_CASE("A name pool's texts are its own and stay where they are", "[containers]") {
  NamePool pool;
  std::string text = "first";
  const NameId first = pool.intern(text);
  text = "other";
  const std::string_view view = pool.text(first);
  for (int i = 0; i < 10000; ++i) pool.intern("name " + std::to_string(i));
  CHECK(view == "first");
  NamePool moved = std::move(pool);
  CHECK(moved.text(first) == "first");
  CHECK(moved.intern("first") == first);
}

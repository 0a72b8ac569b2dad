// A thread's events and their times. FORMAT.md sections 4 and 5.
#include "reader/cursor.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "format/event_table.h"
#include "tests/support/trace_builder.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

// The batches of one thread, and what they view.
struct Batches {
  std::vector<Records> data;
  ThreadBatches batches;

  Batches(std::vector<std::pair<std::uint64_t, Records>> all) {
    batches.thread = 3;
    data.reserve(all.size());
    for (auto& [time, records] : all) {
      data.push_back(records);
      const std::string& bytes = data.back().bytes();
      EventBatch batch;
      batch.data = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
      batch.time = time;
      batches.batches.push_back(batch);
    }
  }

  std::vector<Time> times(std::uint64_t frequency) const {
    Cursor cursor(batches, Clock(frequency));
    std::vector<Time> result;
    while (cursor.next() == Cursor::Step::Event) result.push_back(cursor.event().time);
    return result;
  }
};

Records deltas(std::initializer_list<std::uint64_t> all) {
  Records data;
  for (const std::uint64_t delta : all) data.event(T::HeapAlloc, delta, {1});
  return data;
}

using Times = std::vector<Time>;

}  // namespace

TEST_CASE("The first event of a batch starts from the batch's time, the next from it", "[cursor]") {
  const Batches b({{100, deltas({5, 7})}, {50, deltas({1, 1})}});
  CHECK(b.times(kNanoseconds) == Times{105, 112, 51, 52});
}

TEST_CASE("Each time is converted and truncated on its own", "[cursor]") {
  // Three units are 1000 ns: 333.3 each.
  const Batches b({{1, deltas({1, 1, 2, 3})}});
  CHECK(b.times(3000000) == Times{666, 999, 1665, 2665});
}

TEST_CASE("A unit is 64 ns at the usual frequency", "[cursor]") {
  const Batches b({{1000, deltas({0, 1, 3})}});
  CHECK(b.times(15625000) == Times{64000, 64064, 64256});
}

TEST_CASE("Empty batches are passed over", "[cursor]") {
  CHECK(Batches({}).times(kNanoseconds).empty());
  CHECK(Batches(std::vector<std::pair<std::uint64_t, Records>>{{5, {}}}).times(kNanoseconds).empty());
  CHECK(Batches({{5, {}}, {10, deltas({1})}, {7, {}}, {7, {}}, {20, deltas({2})}, {1, {}}}).times(kNanoseconds) ==
        Times{11, 22});
}

TEST_CASE("A time that stands at 0 takes the batch's time again", "[cursor]") {
  // -2^63 twice is 0, once the sum has wrapped.
  const Batches b({{~0ULL, deltas({~0ULL, 5})}});
  CHECK(b.times(kNanoseconds) == Times{0, kLeast + 5});
}

TEST_CASE("Times beyond int64 are the least one and sums wrap", "[cursor]") {
  CHECK(Batches({{1ULL << 63U, deltas({0, 1})}}).times(kNanoseconds) == Times{kLeast, kLeast + 1});
  CHECK(Batches({{5, deltas({~0ULL})}}).times(kNanoseconds) == Times{kLeast + 5});
  // 1 / (1 / 1e9) is not 1e9 in doubles, and the reference reader has what it is.
  CHECK(Batches({{1, deltas({0})}}).times(1) == Times{999999999});
}

TEST_CASE("A frequency of 0 turns every time to the least one", "[cursor]") {
  const Clock clock(0);
  for (const std::uint64_t units : {0ULL, 1ULL, ~0ULL}) CHECK(clock.to_ns(units) == kLeast);
  CHECK(Batches({{5, deltas({1})}}).times(0) == Times{0});
}

TEST_CASE("The clock truncates", "[cursor]") {
  CHECK(Clock(kNanoseconds).to_ns(0) == 0);
  CHECK(Clock(kNanoseconds).to_ns(123456789) == 123456789);
  CHECK(Clock(3).to_ns(1) == 333333333);
  CHECK(Clock(3).to_ns(2) == 666666666);
  CHECK(Clock(~0ULL).to_ns(1) == 0);
  CHECK(Clock(kNanoseconds).to_ns(1ULL << 62U) == 1LL << 62U);
  CHECK(Clock(kNanoseconds).to_ns((1ULL << 63U) - 1) == kLeast);  // as a double it is 2^63
  CHECK(Clock(kNanoseconds).to_ns(1ULL << 63U) == kLeast);
}

TEST_CASE("Wrapping sums are defined for all times", "[cursor]") {
  CHECK(wrapping_add(std::numeric_limits<Time>::max(), 1) == kLeast);
  CHECK(wrapping_add(kLeast, -1) == std::numeric_limits<Time>::max());
  CHECK(wrapping_add(kLeast, kLeast) == 0);
  CHECK(wrapping_add(3, 4) == 7);
}

TEST_CASE("Every timed type of the table is decoded with its arguments", "[cursor]") {
  for (int i = 0; i < 256; ++i) {
    const auto type = static_cast<T>(i);
    if (!event_spec(type).timed()) continue;
    INFO(event_type_name(type));
    Records data;
    data.type(type).number(300);
    for (std::uint64_t arg = 0; arg < event_spec(type).arg_count; ++arg) data.number(1000000 + arg);
    data.event(T::HeapGoal, 1, {77});
    const Batches b({{0, data}});
    Cursor cursor(b.batches, Clock(kNanoseconds));
    REQUIRE(cursor.next() == Cursor::Step::Event);
    CHECK(cursor.event().type == type);
    CHECK(cursor.event().time == 300);
    for (std::uint64_t arg = 0; arg < event_spec(type).arg_count; ++arg)
      CHECK(cursor.event().args[arg] == 1000000 + arg);
    REQUIRE(cursor.next() == Cursor::Step::Event);
    CHECK(cursor.event().type == T::HeapGoal);
    CHECK(cursor.next() == Cursor::Step::End);
    CHECK(cursor.next() == Cursor::Step::End);
  }
}

TEST_CASE("Padded and longest numbers are decoded", "[cursor]") {
  Records data;
  data.type(T::HeapAlloc).padded(5).padded(6).event(T::HeapAlloc, 1, {~0ULL});
  const Batches b({{10, data}});
  Cursor cursor(b.batches, Clock(kNanoseconds));
  REQUIRE(cursor.next() == Cursor::Step::Event);
  CHECK(cursor.event().time == 15);
  CHECK(cursor.event().args[0] == 6);
  REQUIRE(cursor.next() == Cursor::Step::Event);
  CHECK(cursor.event().args[0] == ~0ULL);
}

TEST_CASE("An event cut anywhere is malformed, whatever stands behind the batch", "[cursor]") {
  const Records whole = Records().event(T::UserLog, 1000, {~0ULL, 1000, 1000, 1000});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    INFO(size);
    // The rest of the event follows in memory, but belongs to no batch of this thread.
    const std::string bytes = whole.bytes() + std::string(100, '\1');
    ThreadBatches batches;
    batches.thread = 3;
    EventBatch batch;
    batch.data = {reinterpret_cast<const std::uint8_t*>(bytes.data()), size};
    batches.batches.push_back(batch);
    Cursor cursor(batches, Clock(kNanoseconds));
    REQUIRE(cursor.next() == Cursor::Step::Malformed);
    const Damage damage = cursor.damage(4);
    CHECK(damage.code == DamageCode::EventCut);
    CHECK(damage.length == size);
    CHECK(damage.generation == 4);
    CHECK(damage.thread == 3);
  }
}

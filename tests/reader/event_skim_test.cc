// Events that are passed over are those that are decoded. FORMAT.md sections 4 and 5.
#include "reader/event_skim.h"

#include <array>
#include <catch2/catch.hpp>
#include <cctype>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "reader/cursor.h"

using namespace tracecheck;

namespace {

using Bytes = std::vector<std::uint8_t>;

// An event as a line, with its arguments; where none can be read, why and where.
using Lines = std::vector<std::string>;

std::string line(EventType type, Time time, const std::array<std::uint64_t, 5>& args) {
  std::string text = std::to_string(static_cast<int>(type)) + " at " + std::to_string(time);
  for (std::int8_t i = 0; i < kArgumentCounts[static_cast<std::size_t>(type)]; ++i) {
    text += " " + std::to_string(args[static_cast<std::size_t>(i)]);
  }
  return text;
}

std::string line(const Damage& damage) { return damage.message + " at " + std::to_string(damage.offset); }

EventBatch batch_of(const Bytes& bytes) {
  EventBatch batch;
  batch.data = bytes;
  batch.time = 1000;
  return batch;
}

Lines decoded(const Bytes& bytes, Clock clock) {
  const ThreadBatches batches{3, {batch_of(bytes)}};
  Lines lines;
  Cursor cursor(batches, clock);
  Cursor::Step step = cursor.next();
  for (; step == Cursor::Step::Event; step = cursor.next()) {
    const RawEvent& event = cursor.event();
    lines.push_back(
        line(event.type, event.time, {event.args[0], event.args[1], event.args[2], event.args[3], event.args[4]}));
  }
  if (step == Cursor::Step::Malformed) lines.push_back(line(cursor.damage(1)));
  return lines;
}

Lines skimmed(const Bytes& bytes, Clock clock) {
  std::array<bool, 256> all{};
  all.fill(true);
  const EventBatch batch = batch_of(bytes);
  Lines lines;
  std::optional<Time> last;
  const Skimmed result = skim_events(batch, clock, all, [&](const SkimmedEvent& event) {
    last = event.time();
    std::array<std::uint64_t, 5> args{};
    switch (kArgumentCounts[static_cast<std::size_t>(event.type())]) {
      case 0: break;
      case 1: event.read(args[0]); break;
      case 2: event.read(args[0], args[1]); break;
      case 3: event.read(args[0], args[1], args[2]); break;
      case 4: event.read(args[0], args[1], args[2], args[3]); break;
      default: event.read(args[0], args[1], args[2], args[3], args[4]); break;
    }
    lines.push_back(line(event.type(), event.time(), args));
  });
  CHECK(result.last == last);
  if (result.malformed) {
    lines.push_back(line(malformed_event(result.malformed->code, batch, result.malformed->offset, 3, 1)));
  }
  return lines;
}

// Events of any type, with numbers of any length, padded ones and some that are too long among them.
Bytes some_events(std::mt19937& random) {
  const auto below = [&random](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
  Bytes bytes;
  const std::uint32_t events = below(40);
  for (std::uint32_t i = 0; i < events; ++i) {
    const auto type = static_cast<std::uint8_t>(below(50) == 0 ? below(256) : below(60));
    bytes.push_back(type);
    const std::int8_t count = kArgumentCounts[type];
    for (std::int8_t n = -1; n < count; ++n) {
      const std::uint32_t size = below(8) != 0 ? 1 + below(3) : 1 + below(10) + below(20) / 19;
      for (std::uint32_t k = 1; k < size; ++k) bytes.push_back(static_cast<std::uint8_t>(0x80 | below(128)));
      bytes.push_back(static_cast<std::uint8_t>(size == 10 ? below(3) : below(128)));
    }
  }
  if (!bytes.empty() && below(3) == 0) bytes.resize(bytes.size() - 1);
  return bytes;
}

}  // namespace

TEST_CASE("What is skimmed is what is decoded, whatever the bytes are", "[skim]") {
  std::mt19937 random(20261128);  // NOLINT: the same each time
  std::size_t events = 0;
  std::size_t malformed = 0;
  for (int round = 0; round < 20000; ++round) {
    const Bytes bytes = some_events(random);
    const Clock clock(round % 2 == 0 ? 15625000 : 3000000);
    const Lines expected = decoded(bytes, clock);
    INFO("round " << round);
    REQUIRE(skimmed(bytes, clock) == expected);
    events += expected.size();
    malformed += !expected.empty() && std::isdigit(expected.back().front()) == 0 ? 1 : 0;
  }
  CHECK(events > 50000);
  CHECK(malformed > 1000);
}

TEST_CASE("Only events of wanted types are shown, and the others are checked all the same", "[skim]") {
  const auto type = static_cast<std::uint8_t>(EventType::HeapAlloc);
  const auto other = static_cast<std::uint8_t>(EventType::ProcStop);
  const Bytes bytes = {other, 1, type, 2, 9, other, 0x80};
  std::array<bool, 256> wanted{};
  wanted[type] = true;
  std::vector<Time> times;
  const Skimmed result = skim_events(batch_of(bytes), Clock(1000000000), wanted,
                                     [&](const SkimmedEvent& event) { times.push_back(event.time()); });
  CHECK(times == std::vector<Time>{1003});
  CHECK(result.last == 1003);
  REQUIRE(result.malformed);
  CHECK(result.malformed->code == DamageCode::EventCut);
  CHECK(result.malformed->offset == 5);
}

#include "export/text_workers.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "export/parsed_text.h"
#include "tests/support/read_trace.h"
#include "tests/support/trace_builder.h"

namespace tracecheck::testing {
namespace {

constexpr std::size_t kMany = 30'000;  // events of one generation
constexpr std::size_t kOfABatch = 5'000;

// Many small generations, one with many events, and small ones again.
SalvageReader long_trace() {
  TraceBuilder trace(GoVersion::Go126);
  std::uint64_t number = 1;
  for (; number <= 1000; ++number) trace.generation(number, 1'000 * number);
  trace.open_generation(number, 1'000 * number);
  for (std::size_t i = 0; i < kMany;) {
    Records events;
    for (std::size_t end = i + kOfABatch; i < end; ++i) events.event(EventType::HeapAlloc, 1, {i});
    trace.batch(number, 1, 1'000 * number + 500 + i, events);
  }
  trace.close_generation(number);
  for (std::uint64_t i = 1; i <= 1000; ++i) trace.generation(number + i, 1'000 * (number + i) + 2 * kMany);
  return SalvageReader(open_bytes(trace.bytes()));
}

std::string text_of_all() {
  SalvageReader reader = long_trace();
  std::string text;
  ParsedText events;
  while (const Event* event = reader.next()) events.append(text, *event);
  return text;
}

// A writer of one line an event, and a sink that counts the lines that come out.
EventWriter line_writer() {
  return [](std::string& out, const Event& /*event*/) { out += '\n'; };
}

Sink line_counter(std::size_t& lines) {
  return [&lines](std::string_view part) {
    lines += part.size();
    return true;
  };
}

TEST_CASE("Texts come in the order of their events, whoever makes them", "[workers]") {
  const auto workers = GENERATE(0U, 1U, 2U, 5U);
  SalvageReader reader = long_trace();
  std::string text;
  TextWorkers texts(
      reader, workers, parsed_text_writer,
      [&](std::string_view part) {
        text += part;
        return true;
      },
      [] {});
  std::size_t put = 0;
  while (texts.next() != nullptr) {
    REQUIRE(texts.put());
    ++put;
  }
  CHECK(texts.settle());
  CHECK(put > kMany);
  CHECK(text == text_of_all());
}

TEST_CASE("All that was put is out before more is read", "[workers]") {
  const auto workers = GENERATE(1U, 3U);
  SalvageReader reader = long_trace();
  std::size_t put = 0;
  std::size_t lines = 0;
  std::size_t rests = 0;
  bool all_out = true;
  TextWorkers texts(reader, workers, line_writer, line_counter(lines), [&] {
    ++rests;
    all_out = all_out && lines == put;
  });
  while (texts.next() != nullptr) {
    texts.put();
    ++put;
  }
  CHECK(rests > 2000);
  CHECK(all_out);
  CHECK(lines == put);
}

TEST_CASE("An event that is not put is not written", "[workers]") {
  const auto workers = GENERATE(1U, 3U);
  SalvageReader reader = long_trace();
  std::size_t written = 0;
  TextWorkers texts(reader, workers, line_writer, line_counter(written), [] {});
  std::size_t put = 0;
  std::size_t read = 0;
  while (texts.next() != nullptr) {
    if (++read % 3 != 0) continue;
    texts.put();
    ++put;
  }
  texts.settle();
  CHECK(put == read / 3);
  CHECK(written == put);
}

TEST_CASE("Whoever puts is told that the sink takes no more, and it gets no more", "[workers]") {
  const auto workers = GENERATE(1U, 2U);
  SalvageReader reader = long_trace();
  std::size_t taken = 0;
  TextWorkers texts(
      reader, workers, parsed_text_writer, [&](std::string_view) { return ++taken < 3; }, [] {});
  bool told = false;
  while (!told && texts.next() != nullptr) told = !texts.put();
  CHECK(told);
  CHECK_FALSE(texts.settle());
  CHECK(taken == 3);
}

TEST_CASE("What a writer throws comes out on the thread that reads", "[workers]") {
  const auto workers = GENERATE(1U, 2U);
  SalvageReader reader = long_trace();
  const EventWriter thrower = [](std::string& out, const Event& event) {
    const auto* metric = event.as<Metric>();
    if (metric != nullptr && metric->value == kMany / 2) throw std::runtime_error("thrown");
    out += '.';
  };
  const auto write_all = [&] {
    TextWorkers texts(
        reader, workers, [&] { return thrower; }, [](std::string_view) { return true; }, [] {});
    while (texts.next() != nullptr) texts.put();
    texts.settle();
  };
  CHECK_THROWS_WITH(write_all(), "thrown");
}

TEST_CASE("Few events, or one worker, are not worth a thread", "[workers]") {
  const auto workers = GENERATE(1U, 2U);
  SalvageReader reader = long_trace();
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto note_thread = [&](std::string& /*out*/, const Event& /*event*/) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  };
  TextWorkers texts(
      reader, workers, [&] { return EventWriter(note_thread); }, [](std::string_view) { return true; }, [] {});
  for (std::size_t i = 0; i < (workers == 1 ? kMany : 1000) && texts.next() != nullptr; ++i) texts.put();
  texts.settle();
  CHECK(threads == std::set{std::this_thread::get_id()});
}

}  // namespace
}  // namespace tracecheck::testing

// The reader on a pipe: the same events however the bytes come, a generation's events as soon as it is whole,
// and no more memory than the largest generation needs.
#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <set>

#include "format/header.h"
#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

// What a source was asked for, which the test looks at while the reader reads.
struct Asked {
  std::size_t given = 0;
  std::size_t limit = ~std::size_t{0};  // a read beyond it is noted; on a pipe it would block
  bool asked_beyond = false;
  std::set<const std::uint8_t*> buffer_ends;
};

// Gives `step` bytes a read.
class StepSource final : public ByteSource {
 public:
  StepSource(Bytes bytes, std::size_t step, Asked& log) : bytes_(std::move(bytes)), step_(step), log_(log) {}
  std::size_t read(std::uint8_t* to, std::size_t size) override {
    if (log_.given >= log_.limit) log_.asked_beyond = true;
    // The buffer's end tells one buffer from another: each read is offered all the room that is left.
    log_.buffer_ends.insert(to + size);
    std::size_t count = std::min({size, step_, bytes_.size() - log_.given});
    if (log_.given < log_.limit) count = std::min(count, log_.limit - log_.given);
    std::copy_n(bytes_.data() + log_.given, count, to);
    log_.given += count;
    return count;
  }
  std::uint64_t bytes_in() const override { return log_.given; }

 private:
  Bytes bytes_;
  std::size_t step_;
  Asked& log_;
};

std::vector<std::string> all_damage(const ReadResult& result) {
  std::vector<std::string> all;
  for (const Damage& damage : result.damage) all.push_back(describe(damage) + " " + damage.message);
  return all;
}

void check_steps(const std::string& name, const Bytes& bytes) {
  INFO(name);
  const ReadResult whole = read_trace(bytes);
  for (const std::size_t step : {1, 7}) {
    Asked log;
    const ReadResult result = read_trace(std::make_unique<StepSource>(bytes, step, log));
    // A failed comparison of vectors would print them whole.
    CHECK((result.events == whole.events));
    CHECK(result.verdict == whole.verdict);
    CHECK(all_damage(result) == all_damage(whole));
  }
}

// Reads events until the next one would ask the source for more than `limit` bytes; returns the logs so far.
std::string logs_within(const TraceBuilder& trace, std::size_t limit, std::size_t step, bool& asked) {
  Asked log;
  log.limit = limit;
  Reader reader(std::make_unique<StepSource>(trace.bytes(), step, log));
  std::string logs;
  while (const Event* event = reader.next()) {
    if (log.asked_beyond) break;
    if (const auto* text = event->as<tracecheck::Log>()) logs += std::string(text->message) + ";";
  }
  asked = log.asked_beyond;
  return logs;
}

}  // namespace

TEST_CASE("One byte at a time gives what all at once gives", "[stream]") {
  for (const char* folder : {"ok", "truncated", "corrupt"}) {
    for (const Fixture& fixture : fixtures(folder, 20000)) {
      if (fixture.name.ends_with(".trace")) check_steps(folder + ("/" + fixture.name), fixture.bytes);
    }
  }
}

TEST_CASE("One byte at a time gives the same of built traces", "[stream]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version, 3);
    check_steps("whole", trace.bytes());
    trace.raw("PASS\n");
    check_steps("text behind", trace.bytes());
    trace.insert_at(0, "hello\n");
    check_steps("text before", trace.bytes());
    trace.insert_at(trace.batch(6), "10 requests\n");
    check_steps("text inside", trace.bytes());
  }
}

TEST_CASE("In 1.26 a generation comes out before more than its marker was asked for", "[stream]") {
  for (const std::size_t step : {1, 10, 100000}) {
    TraceBuilder trace = whole_trace(GoVersion::Go126, 3);
    bool asked = false;
    CHECK(logs_within(trace, trace.batch(4), step, asked) == "message;");
    CHECK(asked);
    CHECK(logs_within(trace, trace.batch(8), step, asked) == "message;message;");
    CHECK(logs_within(trace, trace.batch(4) - 1, step, asked).empty());
  }
}

TEST_CASE("Before 1.26 a generation comes out with the first batch of the next", "[stream]") {
  for (const GoVersion version : {GoVersion::Go122, GoVersion::Go123, GoVersion::Go125}) {
    for (const std::size_t step : {1, 10, 100000}) {
      TraceBuilder trace = whole_trace(version, 3);
      bool asked = false;
      CHECK(logs_within(trace, trace.batch(5), step, asked) == "message;");
      CHECK(asked);
      CHECK(logs_within(trace, trace.batch(5) - 1, step, asked).empty());
    }
  }
}

TEST_CASE("The end of the stream brings the last generation out", "[stream]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version, 1);
    bool asked = false;
    CHECK(logs_within(trace, trace.size() + 1, 1, asked) == "message;");
    CHECK_FALSE(asked);
  }
}

TEST_CASE("A header behind text is found without waiting for more", "[stream]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126, 2);
  const std::size_t end = trace.batch(4) + 6;
  trace.insert_at(0, "hello\n");
  bool asked = false;
  CHECK(logs_within(trace, end, 1, asked) == "message;");
}

TEST_CASE("Nothing is read before the first event is asked for", "[stream]") {
  Asked log;
  const Reader reader(std::make_unique<StepSource>(whole_trace(GoVersion::Go126).bytes(), 1, log));
  CHECK(log.given == 0);
}

TEST_CASE("Memory follows the largest generation, not the trace", "[stream]") {
  for (const GoVersion version : kVersions) {
    // Generations of some 600 kB: heap metrics in full batches.
    TraceBuilder trace(version);
    for (std::uint64_t g = 1; g <= 30; ++g) {
      trace.open_generation(g, 100000 * g);
      for (int batch = 0; batch < 10; ++batch) {
        Records data;
        while (data.size() < 60000) data.event(EventType::HeapAlloc, 1, {1ULL << 60U});
        trace.batch(g, 1, 100000 * g, data);
      }
      trace.close_generation(g);
    }
    Asked log;
    Reader reader(std::make_unique<StepSource>(trace.bytes(), 4096, log));
    while (reader.next() != nullptr) continue;
    INFO("go 1." << minor_of(version));
    CHECK(reader.verdict() == Verdict::Complete);
    CHECK(reader.generations().size() == 30);
    CHECK(trace.size() > 15000000);
    CHECK(log.buffer_ends.size() <= 4);
  }
}

TEST_CASE("A generation that needs it gets more memory, and gives it to the next", "[stream]") {
  TraceBuilder trace(GoVersion::Go126);
  for (std::uint64_t g = 1; g <= 6; ++g) {
    trace.open_generation(g, 100000 * g);
    for (int batch = 0; batch < 80; ++batch) {
      Records data;
      while (data.size() < 60000) data.event(EventType::HeapAlloc, 1, {1ULL << 60U});
      trace.batch(g, 1, 100000 * g, data);
    }
    trace.close_generation(g);
  }
  Asked log;
  Reader reader(std::make_unique<StepSource>(trace.bytes(), 1U << 20U, log));
  while (reader.next() != nullptr) continue;
  CHECK(reader.verdict() == Verdict::Complete);
  CHECK(log.buffer_ends.size() >= 4);
  CHECK(log.buffer_ends.size() <= 7);  // twice as large each; 29 MB went through
}

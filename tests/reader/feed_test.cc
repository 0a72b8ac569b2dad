// Bytes as they come: the same events and the same judgement in whatever pieces, each event as soon as it can be known,
// in linear time and with no more memory than a generation needs.
#include "tracecheck/feed.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

std::string judgement(const ReadResult& result) {
  std::string all(verdict_name(result.verdict));
  all += " ending " + std::to_string(result.ending.index()) + " " + message_of(result.ending);
  for (const Damage& damage : result.damage) {
    all += "\n" + describe(damage) + " " + damage.found + " " + damage.message;
    if (damage.resumes_at) all += " resumes at " + std::to_string(*damage.resumes_at);
  }
  for (const GenerationInfo& info : result.generations) {
    all += "\ngeneration " + std::to_string(info.id) + " at " + std::to_string(info.offset) + "+" +
           std::to_string(info.length) + " " + std::string(generation_state_name(info.state)) + ", " +
           std::to_string(info.batches) + " batches, " + std::to_string(info.events) + " events";
  }
  return all;
}

std::function<std::size_t()> always(std::size_t step) {
  return [step] { return step; };
}

std::function<std::size_t()> at_random(std::size_t most) {
  return [generator = std::mt19937(1), most]() mutable { return 1 + generator() % most; };
}

void check_pieces(const std::string& name, const Bytes& bytes,
                  std::initializer_list<std::function<std::size_t()>> steps) {
  INFO(name);
  const ReadResult whole = read_trace(bytes);
  for (const auto& step : steps) {
    const ReadResult fed = feed_trace(bytes, step);
    CHECK((fed.events == whole.events));  // a failed comparison of vectors would print them whole
    CHECK(judgement(fed) == judgement(whole));
  }
}

// What a reader tells of the logs once these bytes were fed.
std::string logs_of(const Bytes& bytes, std::size_t count) {
  FeedReader reader;
  reader.feed(std::span(bytes).first(count));
  std::string logs;
  while (const Event* event = reader.next()) {
    if (const auto* log = event->as<Log>()) logs += std::string(log->message) + ";";
  }
  CHECK_FALSE(reader.ended());
  return logs;
}

// A trace of full batches, of about so many bytes a generation.
TraceBuilder large_trace(std::size_t generations, int batches) {
  TraceBuilder trace(GoVersion::Go126);
  for (std::uint64_t g = 1; g <= generations; ++g) {
    trace.open_generation(g, 1000000 * g);
    for (int batch = 0; batch < batches; ++batch) {
      Records data;
      while (data.size() < 60000) data.event(EventType::HeapAlloc, 1, {1ULL << 60U});
      trace.batch(g, 1, 1000000 * g, data);
    }
    trace.close_generation(g);
  }
  return trace;
}

}  // namespace

TEST_CASE("Fed in whatever pieces, a fixture gives what it gives as a whole", "[feed]") {
  for (const char* folder : {"ok", "truncated", "corrupt", "other"}) {
    for (const Fixture& fixture : fixtures(folder, 1U << 24U)) {
      const std::string name = folder + ("/" + fixture.name);
      check_pieces(name, fixture.bytes, {always(1), always(7), at_random(100), at_random(9000)});
    }
  }
}

TEST_CASE("Fed in whatever pieces, text and zeros are told for what they are", "[feed]") {
  for (const GoVersion version : kVersions) {
    const TraceBuilder whole = whole_trace(version, 3);
    const std::string text(70000, 'x');
    for (const std::string& foreign : {std::string("42\n"), std::string("10 requests\n"), std::string("hello\n"),
                                       std::string(1, '\0'), std::string(40, '\0'), std::string(70000, '\0'), text}) {
      for (const std::size_t at : {std::size_t{0}, whole.batch(4), whole.batch(6) + 3, whole.size()}) {
        TraceBuilder trace = whole;
        trace.insert_at(at, foreign);
        check_pieces(foreign.substr(0, 12) + " at " + std::to_string(at), trace.bytes(), {always(1), at_random(3000)});
        trace.cut_at(at + foreign.size());
        check_pieces(foreign.substr(0, 12) + " from " + std::to_string(at), trace.bytes(), {always(1)});
      }
    }
  }
}

TEST_CASE("Fed byte by byte, a trace that is cut anywhere or has any byte changed gives what it gives as a whole",
          "[feed]") {
  for (const GoVersion version : kVersions) {
    const TraceBuilder whole = whole_trace(version, 2);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      TraceBuilder cut = whole;
      cut.cut_at(at);
      check_pieces("cut at " + std::to_string(at), cut.bytes(), {always(1)});
      TraceBuilder changed = whole;
      changed.overwrite_at(at, std::string(1, static_cast<char>(whole.text()[at] ^ 0x15)));
      check_pieces("changed at " + std::to_string(at), changed.bytes(), {always(1)});
    }
  }
}

TEST_CASE("A generation's events are known at its end", "[feed]") {
  for (const GoVersion version : kVersions) {
    const TraceBuilder trace = whole_trace(version, 3);
    // The first batch of generation 2; earlier versions need all of it.
    const std::size_t known = has_end_markers(version) ? trace.batch(4) : trace.data_end(4);
    CHECK(logs_of(trace.bytes(), known - 1).empty());
    CHECK(logs_of(trace.bytes(), known) == "message;");
    CHECK(logs_of(trace.bytes(), trace.size() - 1) == "message;message;");
  }
}

TEST_CASE("The end of what is fed is told with finish, and not before", "[feed]") {
  const Bytes bytes = whole_trace(GoVersion::Go125, 1).bytes();
  FeedReader reader;
  reader.feed(bytes);
  CHECK(reader.next() == nullptr);
  CHECK_FALSE(reader.ended());
  CHECK(reader.reader().version() == GoVersion::Go125);
  reader.finish();
  std::size_t events = 0;
  while (reader.next() != nullptr) ++events;
  CHECK(events == read_trace(bytes).events.size());
  CHECK(reader.ended());
  CHECK(reader.reader().verdict() == Verdict::Complete);
  reader.finish();
  reader.feed(bytes);
  CHECK(reader.next() == nullptr);
  CHECK(reader.reader().verdict() == Verdict::Complete);
}

TEST_CASE("Nothing at all that is fed is what an empty file is", "[feed]") {
  FeedReader reader;
  reader.feed({});
  CHECK(reader.next() == nullptr);
  CHECK_FALSE(reader.ended());
  reader.finish();
  CHECK(reader.next() == nullptr);
  CHECK(reader.ended());
  REQUIRE(reader.reader().damage().size() == 1);
  CHECK(reader.reader().damage()[0].code == DamageCode::Empty);
}

TEST_CASE("Damage ends the read though more may come", "[feed]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126, 3);
  trace.insert_at(trace.batch(5), "hello\n");
  FeedReader reader;
  Bytes bytes = trace.bytes();
  bytes.resize(bytes.size() + 140000, 'x');  // more than is looked at behind damage
  reader.feed(bytes);
  while (reader.next() != nullptr) continue;
  CHECK(reader.ended());
  CHECK(reader.reader().verdict() == Verdict::Corrupt);
}

TEST_CASE("Fed 8 MB byte by byte, the time is that of as many bytes", "[feed]") {
  const TraceBuilder trace = large_trace(2, 70);
  REQUIRE(trace.size() > 8000000);
  FeedReader reader;
  const Bytes bytes = trace.bytes();
  std::size_t events = 0;
  for (const std::uint8_t& byte : bytes) {
    reader.feed({&byte, 1});
    while (reader.next() != nullptr) ++events;
  }
  reader.finish();
  while (reader.next() != nullptr) ++events;
  CHECK(events > 700000);
  CHECK(reader.reader().verdict() == Verdict::Complete);
}

TEST_CASE("Zeros that never end are not held", "[feed]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126, 1);
  FeedReader reader;
  reader.feed(trace.bytes());
  const Bytes zeros(1U << 20U);
  for (int i = 0; i < 100; ++i) {
    reader.feed(zeros);
    while (reader.next() != nullptr) continue;
  }
  CHECK_FALSE(reader.ended());
  reader.finish();
  while (reader.next() != nullptr) continue;
  REQUIRE(reader.reader().damage().size() == 1);
  CHECK(reader.reader().damage()[0].code == DamageCode::NulTail);
  CHECK(reader.reader().damage()[0].length == zeros.size() * 100);
}

// Text that a program prints to where its trace goes: before the header, between batches, inside a batch,
// behind the end. FORMAT.md section 10, "Foreign bytes".
#include <catch2/catch.hpp>

#include "format/header.h"
#include "format/quote.h"
#include "tests/support/expect_damage.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using Code = DamageCode;

namespace {

const char* const kTexts[] = {"hello\n", "42\n",   "10 requests\n", "4",
                              "1\n",     "PASS\n", "größer\n",      "{\"level\":\"info\"}\n"};

std::string quoted(const std::string& text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string filler(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "a line that is not the trace's\n";
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("Text between batches is told with its place, and where the trace goes on", "[foreign]") {
  for (const GoVersion version : kVersions) {
    for (const Sizes sizes : {Sizes::Short, Sizes::Padded}) {
      for (const std::string text : kTexts) {
        for (std::size_t batch = 4; batch < 8; ++batch) {
          if (text == "4" && version == GoVersion::Go126) continue;  // nothing tells it from a marker
          TraceBuilder trace = whole_trace(version, 3, sizes);
          const std::size_t at = trace.batch(batch);
          trace.insert_at(at, text);
          INFO("go 1." << minor_of(version) << ": " << text << " before batch " << batch);
          const ReadResult result = read_trace(trace);
          CHECK(result.verdict == Verdict::Corrupt);
          REQUIRE(result.damage.size() == 1);
          const Damage& damage = result.damage[0];
          CHECK(damage.code == Code::ForeignBytes);
          CHECK(damage.offset == at);
          CHECK(damage.length == text.size());
          CHECK(damage.found == quoted(text));
          CHECK(damage.resumes_at == at + text.size());
          CHECK(damage.reading == Reading::Stream);
          // Before 1.26 the text may stand where generation 1 has just ended, for all that is known.
          CHECK(damage.generation == (batch == 4 ? 1 : 2));
          // As in the reference: what is no batch of the next generation refuses the one in progress.
          const bool refused = batch == 4 && !has_end_markers(version) && (text[0] == '4' || text.substr(0, 2) == "10");
          CHECK(result.logs == (refused ? "" : "message"));
        }
      }
    }
  }
}

TEST_CASE("Text before an end marker is told with its place, a digit 4 at its start included", "[foreign]") {
  for (const std::string text : kTexts) {
    if (text == "4") continue;  // nothing tells which of two is the marker
    for (const std::size_t generations : {2, 3}) {
      TraceBuilder trace = whole_trace(GoVersion::Go126, generations);
      const std::size_t at = trace.data_end(7);
      trace.insert_at(at, text);
      INFO(text << " before a marker, " << generations << " generations");
      const ReadResult result = read_trace(trace);
      CHECK(result.verdict == Verdict::Corrupt);
      REQUIRE(result.damage.size() == 1);
      const Damage& damage = result.damage[0];
      CHECK(damage.code == Code::ForeignBytes);
      CHECK(damage.offset == at);
      CHECK(damage.length == text.size());
      CHECK(damage.found == quoted(text));
      CHECK(damage.resumes_at == at + text.size());
      // The digit closes the generation, as in the reference; its tables are all there.
      CHECK(result.logs == (text[0] == '4' ? "message,message" : "message"));
    }
  }
}

TEST_CASE("A text behind a marker that happens to end with a digit 4 does not take the marker", "[foreign]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126);
  const std::size_t at = trace.size();
  trace.raw("items: 4");
  const ReadResult result = read_trace(trace);
  REQUIRE(result.damage.size() == 1);
  CHECK(result.damage[0].offset == at);
  CHECK(result.logs == "message,message");
}

TEST_CASE("Text behind the end is told, and the trace is read", "[foreign]") {
  for (const GoVersion version : kVersions) {
    for (const std::string text : kTexts) {
      if (text == "4" && version == GoVersion::Go126) continue;
      TraceBuilder trace = whole_trace(version);
      const std::size_t at = trace.size();
      trace.raw(text);
      INFO("go 1." << minor_of(version) << ": " << text);
      const ReadResult result = read_trace(trace);
      CHECK(result.verdict == Verdict::Corrupt);
      REQUIRE(result.damage.size() == 1);
      CHECK(result.damage[0].code == Code::ForeignBytes);
      CHECK(result.damage[0].offset == at);
      CHECK(result.damage[0].length == text.size());
      CHECK(result.damage[0].found == quoted(text));
      CHECK_FALSE(result.damage[0].resumes_at);
      // As in the reference: a marker before 1.26 refuses the generation in progress.
      CHECK(result.logs == (text[0] == '4' && !has_end_markers(version) ? "message" : "message,message"));
    }
  }
}

TEST_CASE("Text before the header is skipped, told, and the trace is read", "[foreign]") {
  for (const GoVersion version : kVersions) {
    for (const std::string& text : {std::string("hello\n"), std::string("go 1."), std::string("go 1.26 tracer\n"),
                                    filler(10000), std::string("\x01\x02\x00", 3)}) {
      TraceBuilder trace = whole_trace(version);
      trace.insert_at(0, text);
      INFO("go 1." << minor_of(version) << ": " << text.substr(0, 20));
      const ReadResult result = read_trace(trace);
      CHECK(result.verdict == Verdict::Corrupt);
      REQUIRE(result.damage.size() == 1);
      CHECK(describe(result.damage[0]) == Expected{Code::ForeignBytes, Reading::Header, 0, text.size()}.text());
      CHECK(result.damage[0].resumes_at == text.size());
      CHECK(result.logs == "message,message");
      CHECK(result.generations.at(0).offset == text.size() + kHeaderSize);
    }
  }
}

TEST_CASE("Text before the header ends the read where it is not to be skipped", "[foreign]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126);
  trace.insert_at(0, "hello\n");
  ReaderOptions options;
  options.skip_foreign_prefix = false;
  const ReadResult result = read_trace(trace, options);
  CHECK(result.verdict == Verdict::Corrupt);
  CHECK(result.events.empty());
  CHECK(std::holds_alternative<Corrupt>(result.ending));
}

TEST_CASE("The header is looked for in the first 64 KiB", "[foreign]") {
  for (const std::size_t size : {kHeaderSearchLimit - 1, kHeaderSearchLimit}) {
    TraceBuilder trace = whole_trace(GoVersion::Go126);
    trace.insert_at(0, filler(size));
    INFO(size);
    const ReadResult result = read_trace(trace);
    CHECK(result.verdict == Verdict::Corrupt);
    CHECK(result.logs == "message,message");
  }
  for (const std::size_t size : {kHeaderSearchLimit + 1, 2 * kHeaderSearchLimit}) {
    TraceBuilder trace = whole_trace(GoVersion::Go126);
    trace.insert_at(0, filler(size));
    INFO(size);
    const ReadResult result = read_trace(trace);
    CHECK(result.verdict == Verdict::NotATrace);
    CHECK(result.events.empty());
  }
}

TEST_CASE("A trace behind text may be one that is not judged", "[foreign]") {
  TraceBuilder trace = whole_trace(GoVersion::Go126);
  trace.overwrite_at(0, "go 1.27").insert_at(0, "hello\n");
  const ReadResult result = read_trace(trace);
  CHECK(result.verdict == Verdict::NotJudged);
  CHECK(std::get<NotJudged>(result.ending).minor == 27);
}

TEST_CASE("Text before and in the stream is told twice", "[foreign]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version);
    trace.raw("PASS\n").insert_at(0, "hello\n");
    const ReadResult result = read_trace(trace);
    REQUIRE(result.damage.size() == 2);
    CHECK(result.damage[0].offset == 0);
    CHECK(result.damage[1].offset == trace.size() - 5);
    CHECK(result.logs == "message,message");
  }
}

TEST_CASE("Text inside a batch is corruption, whatever it happens to hit", "[foreign]") {
  for (const GoVersion version : kVersions) {
    for (std::size_t batch = 4; batch < 8; ++batch) {
      for (std::size_t at = whole_trace(version, 3).data(batch); at < whole_trace(version, 3).data_end(batch); ++at) {
        TraceBuilder trace = whole_trace(version, 3);
        trace.insert_at(at, "hello\n");
        INFO("go 1." << minor_of(version) << " at " << at);
        const ReadResult result = read_trace(trace);
        CHECK(result.verdict == Verdict::Corrupt);
        CHECK(result.whole_events() >= 4);
      }
    }
  }
}

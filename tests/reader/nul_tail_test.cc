// Zeros where bytes should be: at the end they are what a file system leaves after a lost power supply, and
// count as a cut; in the middle they are corruption.
#include <catch2/catch.hpp>

#include "format/header.h"
#include "tests/support/expect_damage.h"
#include "tests/support/view_source.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using Code = DamageCode;

TEST_CASE("Zeros behind a whole trace are a tail", "[nul]") {
  for (const GoVersion version : kVersions) {
    for (const std::size_t zeros : {1, 15, 4096, 300000}) {
      TraceBuilder trace = whole_trace(version);
      const std::size_t at = trace.size();
      trace.raw(std::string(zeros, '\0'));
      check_case({std::to_string(zeros) + " zeros", trace,
                  truncated({Code::NulTail, Reading::BatchType, at, zeros, 2, trace.next_index()}), "message,message"});
    }
  }
}

TEST_CASE("Zeros from a batch's first byte on are a tail, the generation unfinished", "[nul]") {
  for (const GoVersion version : kVersions) {
    for (std::size_t batch = 5; batch < 8; ++batch) {
      TraceBuilder trace = whole_trace(version);
      const std::size_t at = trace.batch(batch);
      trace.cut_at(at).raw(std::string(5000, '\0'));
      INFO("go 1." << minor_of(version) << " before batch " << batch);
      const ReadResult result = read_trace(trace);
      CHECK(result.verdict == Verdict::Truncated);
      REQUIRE_FALSE(result.damage.empty());
      CHECK(describe(result.damage[0]) ==
            truncated({Code::NulTail, Reading::BatchType, at, 5000, 2, trace.index(batch)}).text());
      CHECK(result.logs == "message");
      CHECK(result.generations.back().state == GenerationState::Unfinished);
    }
  }
}

TEST_CASE("Zeros from the inside of a batch on are a tail", "[nul]") {
  for (const GoVersion version : kVersions) {
    const TraceBuilder whole = whole_trace(version);
    for (std::size_t at = whole.batch(4) + 1; at < whole.size(); ++at) {
      TraceBuilder trace = whole;
      trace.cut_at(at).raw(std::string(9000, '\0'));
      INFO("go 1." << minor_of(version) << " at " << at);
      const ReadResult result = read_trace(trace);
      CHECK(result.verdict == Verdict::Truncated);
      // As in the reference: a batch of generation 0 refuses the generation in progress.
      const bool refused = at == whole.batch(4) + 1 && !has_end_markers(version);
      CHECK(result.logs.substr(0, 7) == (refused ? "" : "message"));
    }
  }
}

TEST_CASE("Zeros that do not fill the batch that they begin in are a tail, from 32 of them on", "[nul]") {
  for (const GoVersion version : kVersions) {
    for (const std::size_t zeros : {31, 32, 500}) {
      TraceBuilder trace = whole_trace(version);
      const std::size_t at = trace.size();
      trace.batch(3, 1, 5000, Records().text(std::string(1000, 'x')));
      trace.cut_at(trace.data(8) + 10).raw(std::string(zeros, '\0'));
      INFO("go 1." << minor_of(version) << ", " << zeros << " zeros");
      const ReadResult result = read_trace(trace);
      CHECK(result.verdict == Verdict::Truncated);
      REQUIRE(result.damage.size() == 1);
      const Damage& damage = result.damage[0];
      CHECK(damage.code == (zeros < 32 ? Code::BatchCut : Code::NulTail));
      CHECK(damage.offset == (zeros < 32 ? at : trace.size() - zeros));
      CHECK(damage.length == trace.size() - damage.offset);
      CHECK(damage.reading == Reading::BatchData);
      CHECK(damage.generation == 3);
      CHECK(damage.thread == 1);
    }
  }
}

TEST_CASE("Zeros alone are a tail of nothing", "[nul]") {
  for (const std::size_t zeros : {1, 16, 5000, 200000}) {
    const ReadResult result = read_trace(Bytes(zeros, 0));
    CHECK(result.verdict == Verdict::Truncated);
    REQUIRE(result.damage.size() == 1);
    CHECK(result.damage[0].code == Code::NulTail);
    CHECK(result.damage[0].offset == 0);
  }
}

TEST_CASE("Zeros that something else follows are no trace, from 256 KiB on they are told as zeros alone", "[nul]") {
  for (const std::size_t zeros : {1000, 65536, 65600, 200000, 262143, 262144, 1000000}) {
    Bytes bytes(zeros);
    bytes.resize(zeros + 100, 'x');
    INFO(zeros);
    const ReadResult whole = read_trace(bytes);
    CHECK(whole.verdict == (zeros < 262144 ? Verdict::NotATrace : Verdict::Truncated));
    REQUIRE(whole.damage.size() == 1);
    CHECK(whole.damage[0].length == (zeros < 262144 ? kHeaderSize : 262144));
    const std::string in_pieces = describe(read_trace(std::make_unique<ViewSource>(bytes, 1000)).damage.at(0));
    CHECK(in_pieces == describe(whole.damage[0]));
    CHECK(describe(feed_trace(bytes, [] { return 1000; }).damage.at(0)) == in_pieces);
  }
}

TEST_CASE("Zeros behind the header are a tail", "[nul]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.raw(std::string(4080, '\0'));
    check_case({"header", trace, truncated({Code::NulTail, Reading::BatchType, 16, 4080, {}, 0}), ""});
  }
}

TEST_CASE("A hole of zeros in the middle is corruption", "[nul]") {
  for (const GoVersion version : kVersions) {
    const TraceBuilder whole = whole_trace(version, 3);
    for (std::size_t at = whole.batch(4); at < whole.batch(8); ++at) {
      TraceBuilder trace = whole;
      trace.zero_from(at, 40);
      INFO("go 1." << minor_of(version) << " at " << at);
      const ReadResult result = read_trace(trace);
      CHECK(result.verdict == Verdict::Corrupt);
      const bool refused = at == whole.batch(4) + 1 && !has_end_markers(version);
      CHECK(result.logs.substr(0, 7) == (refused ? "" : "message"));
    }
  }
}

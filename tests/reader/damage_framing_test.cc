// Which bytes give which damage: framing, generations, cuts. The traces have two small generations whose logs
// say "message"; what stands before the damage comes out.
#include <catch2/catch.hpp>

#include "format/header.h"
#include "format/limits.h"
#include "tests/support/expect_damage.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using Code = DamageCode;

namespace {

std::size_t thread_batch(GoVersion version, std::size_t generation) {
  return 4 * (generation - 1) + (has_sync_batches(version) ? 1 : 0);
}

// A batch's header up to the field that is told about, whose bytes are given instead.
std::string header_until(Reading field, std::uint64_t generation, const std::string& bytes) {
  Records head;
  head.type(EventType::EventBatch);
  if (field > Reading::BatchGeneration) head.number(generation);
  if (field > Reading::BatchThread) head.number(1);
  if (field > Reading::BatchTime) head.number(2000);
  return head.bytes() + bytes;
}

Expected header_damage(Code code, Reading field, std::size_t offset, std::uint64_t generation, std::size_t batch) {
  Expected expected{code, field, offset, 0, generation, batch};
  if (field > Reading::BatchThread) expected.thread = 1;
  return expected;
}

const std::string kOverflow = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";
constexpr Reading kFields[] = {Reading::BatchGeneration, Reading::BatchThread, Reading::BatchTime, Reading::BatchSize};

}  // namespace

TEST_CASE("A trace without damage has none", "[damage]") {
  const auto version = GENERATE(from_range(kVersions));
  const auto sizes = GENERATE(Sizes::Short, Sizes::Padded);
  const ReadResult result = read_trace(whole_trace(version, 3, sizes));
  CHECK(result.verdict == Verdict::Complete);
  CHECK(result.damage.empty());
  CHECK(std::holds_alternative<CleanEnd>(result.ending));
  CHECK(result.logs == "message,message,message");
  CHECK(result.events.size() == 16);  // four an generation, a Sync before each and one at the end
  REQUIRE(result.generations.size() == 3);
  for (std::size_t g = 0; g < 3; ++g) {
    CHECK(result.generations[g].id == g + 1);
    CHECK(result.generations[g].state == GenerationState::Whole);
    CHECK(result.generations[g].batches == 4);
    CHECK(result.generations[g].threads == 1);
    CHECK(result.generations[g].events == 4);
  }
}

TEST_CASE("Generations lie end to end", "[damage]") {
  const auto version = GENERATE(from_range(kVersions));
  const TraceBuilder trace = whole_trace(version, 3);
  const ReadResult result = read_trace(trace);
  REQUIRE(result.generations.size() == 3);
  std::uint64_t at = kHeaderSize;
  for (const GenerationInfo& g : result.generations) {
    CHECK(g.offset == at);
    at += g.length;
  }
  CHECK(at == trace.size());
}

TEST_CASE("Nothing at all is empty", "[damage]") {
  check_case({"0 bytes", whole_trace(GoVersion::Go126).cut_at(0), truncated({Code::Empty, Reading::Header}), ""});
}

TEST_CASE("A header that is cut is told by its length", "[damage]") {
  for (std::size_t size = 1; size < kHeaderSize; ++size) {
    check_case({std::to_string(size) + " bytes", whole_trace(GoVersion::Go126).cut_at(size),
                truncated({Code::HeaderCut, Reading::Header, 0, size}), ""});
  }
}

TEST_CASE("A bare header holds no generation", "[damage]") {
  for (const GoVersion version : kVersions) {
    check_case({"16 bytes", TraceBuilder(version), truncated({Code::NoGeneration, Reading::Header, 16}), ""});
  }
}

TEST_CASE("A header and a Sync hold no generation that could be replayed", "[damage]") {
  for (const GoVersion version : {GoVersion::Go125, GoVersion::Go126}) {
    const TraceBuilder trace = TraceBuilder(version).clock(1, 1000);
    check_case({"Sync", trace, truncated({Code::NoGeneration, Reading::Header, trace.size()}), ""});
    CHECK(read_trace(trace).generations.at(0).state == GenerationState::Begun);
  }
}

TEST_CASE("A Sync alone behind whole generations is no damage", "[damage]") {
  for (const GoVersion version : {GoVersion::Go125, GoVersion::Go126}) {
    const ReadResult result = read_trace(whole_trace(version).clock(3, 9000));
    CHECK(result.verdict == Verdict::Complete);
    CHECK(result.generations.size() == 3);
    CHECK(result.generations.back().state == GenerationState::Begun);
  }
}

TEST_CASE("A batch header that is cut names the field", "[damage]") {
  for (const GoVersion version : kVersions) {
    for (const Reading field : kFields) {
      TraceBuilder trace = whole_trace(version);
      const std::size_t at = trace.size();
      trace.raw(header_until(field, 3, "\x80"));
      Expected expected = header_damage(Code::BatchHeaderCut, field, at, 3, trace.next_index());
      if (field == Reading::BatchGeneration) expected.generation = 2;  // the last that is known of
      expected.length = trace.size() - at;
      check_case({std::string(reading_name(field)), trace, truncated(expected), "message,message"});
    }
  }
}

TEST_CASE("A batch that is cut is told by its first byte and what is there of it", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version);
    const std::size_t batch = thread_batch(version, 2);
    trace.cut_at(trace.data_end(batch) - 3);
    const std::size_t at = trace.batch(batch);
    check_case({"data", trace,
                truncated({Code::BatchCut, Reading::BatchData, at, trace.size() - at, 2, trace.index(batch), 1}),
                "message"});
  }
}

TEST_CASE("A last generation without its end is incomplete", "[damage]") {
  for (const GoVersion version : {GoVersion::Go125, GoVersion::Go126}) {
    for (const std::size_t batch : {6, 7}) {
      TraceBuilder trace = whole_trace(version);
      trace.cut_at(trace.batch(batch));
      // Before 1.26 the generation is replayed as far as it goes; its log lacks its texts.
      const ReadResult result = read_trace(trace);
      check_case({"before batch " + std::to_string(batch), trace,
                  truncated({Code::IncompleteGeneration, Reading::Generation, trace.size(), 0, 2, trace.index(batch)}),
                  "message"});
      CHECK(result.generations.back().state == GenerationState::Unfinished);
    }
  }
}

TEST_CASE("A generation without its frequency was cut, up to 1.24", "[damage]") {
  for (const GoVersion version : {GoVersion::Go122, GoVersion::Go123}) {
    TraceBuilder trace = whole_trace(version);
    trace.cut_at(trace.batch(5));
    check_case({"no frequency", trace,
                truncated({Code::IncompleteGeneration, Reading::Generation, trace.size(), 0, 2, trace.index(5)}),
                "message"});
  }
}

TEST_CASE("A lone 0x31 at the end is a cut, on a boundary for the reference", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version);
    const std::size_t at = trace.size();
    trace.raw("\x31");
    Expected expected{Code::BatchHeaderCut, Reading::BatchExperiment, at, 1, 2, trace.next_index()};
    if (has_end_markers(version)) expected.generation.reset();  // none is in progress
    check_case({"0x31", trace, truncated(expected), "message,message"});
  }
}

TEST_CASE("A second header is another trace", "[damage]") {
  for (const GoVersion version : kVersions) {
    const TraceBuilder first = whole_trace(version);
    TraceBuilder trace = first;
    trace.raw(whole_trace(version).text());
    check_case({"twice",
                trace,
                {Code::SecondHeader, Reading::BatchType, first.size(), 16, 2, first.next_index()},
                "message,message"});
    trace.cut_at(first.size()).raw(header_bytes(GoVersion::Go123));
    check_case({"bare",
                trace,
                {Code::SecondHeader, Reading::BatchType, first.size(), 16, 2, first.next_index()},
                "message,message"});
  }
}

TEST_CASE("A leading byte that begins no batch is told, with where a batch follows", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version);
    trace.overwrite_at(trace.batch(5), "\x02");
    const std::size_t at = trace.batch(5);
    DamageCase c{
        "0x02", trace, {Code::NotABatch, Reading::BatchType, at, trace.batch(6) - at, 2, trace.index(5)}, "message"};
    check_case(c);
    CHECK(read_trace(trace).damage.at(0).resumes_at == trace.batch(6));
  }
}

TEST_CASE("A number beyond 64 bits in a batch header names the field", "[damage]") {
  for (const GoVersion version : kVersions) {
    for (const Reading field : kFields) {
      TraceBuilder trace = whole_trace(version);
      const std::size_t at = trace.size();
      trace.raw(header_until(field, 3, kOverflow));
      Expected expected = header_damage(Code::VarintOverflow, field, at, 3, trace.next_index());
      if (field == Reading::BatchGeneration) expected.generation = 2;
      check_case({std::string(reading_name(field)), trace, expected, "message,message"});
    }
  }
}

TEST_CASE("A batch of more than 64 KiB is too large, one of just that is not", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version);
    const std::size_t at = trace.size();
    trace.raw(header_until(Reading::BatchSize, 3, Records().number(kMaxBatchSize + 1).bytes()));
    check_case({"65537", trace, header_damage(Code::BatchTooLarge, Reading::BatchSize, at, 3, trace.next_index()),
                "message,message"});
    trace.cut_at(at).raw(header_until(Reading::BatchSize, 3, Records().number(kMaxBatchSize).bytes()));
    check_case({"65536", trace,
                truncated({Code::BatchCut, Reading::BatchData, at, trace.size() - at, 3, trace.next_index(), 1}),
                "message,message"});
  }
}

TEST_CASE("A batch of generation 0 refuses the generation", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace = whole_trace(version);
    const std::size_t at = trace.batch(6);
    trace.overwrite_at(at + 1, std::string(1, '\0'));
    check_case({"0",
                trace,
                {Code::GenerationZero, Reading::BatchGeneration, at, trace.batch(7) - at, 2, trace.index(6)},
                "message"});
  }
}

TEST_CASE("A batch of a generation that cannot be there refuses the one in progress", "[damage]") {
  for (const GoVersion version : kVersions) {
    for (const char number : {'\x01', '\x04'}) {
      TraceBuilder trace = whole_trace(version);
      const std::size_t at = trace.batch(6);
      trace.overwrite_at(at + 1, std::string(1, number));
      const Code code = has_end_markers(version) ? Code::GenerationNotClosed : Code::GenerationOutOfOrder;
      check_case({"generation " + std::to_string(number),
                  trace,
                  {code, Reading::BatchGeneration, at, trace.batch(7) - at, 2, trace.index(6)},
                  "message"});
    }
  }
}

TEST_CASE("In 1.26 the next generation needs the marker of the one before", "[damage]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.generation(1, 1000);
  trace.cut_at(trace.size() - 1).generation(2, 2000);
  const std::size_t at = trace.batch(4);
  check_case(
      {"no marker", trace, {Code::GenerationNotClosed, Reading::BatchGeneration, at, trace.batch(5) - at, 1, 4}, ""});
}

TEST_CASE("In 1.26 generations may have any numbers, before they count up by one", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.generation(7, 1000).generation(5, 2000);
    if (has_end_markers(version)) {
      CHECK(read_trace(trace).verdict == Verdict::Complete);
    } else {
      check_case({"7, 5", trace, {Code::GenerationOutOfOrder, Reading::BatchGeneration, trace.batch(4), 0, 7, 4}, ""});
    }
  }
}

TEST_CASE("An end marker before 1.26 begins no batch", "[damage]") {
  TraceBuilder trace = whole_trace(GoVersion::Go125);
  trace.insert_at(trace.batch(4), "\x34");
  const ReadResult result = read_trace(trace);
  CHECK(result.verdict == Verdict::Corrupt);
  CHECK(result.damage.at(0).offset == trace.batch(4));
}

TEST_CASE("An EventBatch that begins with an end marker closes the generation in 1.26", "[damage]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.generation(1, 1000);
  trace.cut_at(trace.size() - 1).batch(1, kNoId, 0, Records().type(EventType::EndOfGeneration)).generation(2, 2000);
  CHECK(read_trace(trace).verdict == Verdict::Complete);
  CHECK(read_trace(trace).logs == "message,message");
}

TEST_CASE("An experimental batch of experiment 0 is an EventBatch", "[damage]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.clock(1, 1000).experimental(0, 1, 1, 1000, Records().event(EventType::ProcStatus, 1, {0, 1}).bytes()).end();
  const ReadResult result = read_trace(trace);
  CHECK(result.verdict == Verdict::Complete);
  CHECK(result.events.size() == 3);
}

TEST_CASE("A packed stream that is cut on a boundary is told as that", "[damage]") {
  class CutSource final : public ByteSource {
   public:
    explicit CutSource(Bytes bytes) : bytes_(std::move(bytes)) {}
    std::size_t read(std::uint8_t* to, std::size_t) override {
      if (at_ == bytes_.size()) {
        fail(SourceError::Kind::CompressionCut, "the gzip data ends early");
        return 0;
      }
      *to = bytes_[at_++];
      return 1;
    }
    std::uint64_t bytes_in() const override { return at_; }

   private:
    Bytes bytes_;
    std::size_t at_ = 0;
  };
  const TraceBuilder trace = whole_trace(GoVersion::Go126);
  const ReadResult result = read_trace(std::make_unique<CutSource>(trace.bytes()));
  CHECK(result.verdict == Verdict::Truncated);
  REQUIRE(result.damage.size() == 1);
  CHECK(describe(result.damage[0]) == truncated({Code::CompressionCut, Reading::Stream, trace.size()}).text());
  CHECK(result.logs == "message,message");
}

// Which bytes give which damage: tables and sync batches. A bad table refuses its generation; here that is the
// second of three, so that nothing can be taken for a cut.
#include <catch2/catch.hpp>

#include "format/limits.h"
#include "tests/support/expect_damage.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using Code = DamageCode;
using T = EventType;

namespace {

const std::string kOverflow = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";

// Generation 2 has `data` as a further batch, in which the damage is from `record` on.
DamageCase with_batch(const std::string& name, GoVersion version, const Records& data, Code code, Reading reading,
                      std::size_t record) {
  TraceBuilder trace(version);
  trace.generation(1, 1000);
  const std::size_t batch = trace.batch_count();
  trace.batch(2, kNoId, 2000, data);
  const Expected expected{code, reading, trace.data(batch) + record, data.size() - record, 2, trace.index(batch),
                          kNone};
  trace.generation(2, 2000).generation(3, 3000);
  return {name, trace, expected, "message"};
}

struct Bad {
  std::string name;
  Records head;    // good, with the batch's leading byte
  Records record;  // bad
  Code code;
};

void check_all(Reading reading, const std::vector<Bad>& all, const std::vector<GoVersion>& versions) {
  for (const GoVersion version : versions) {
    for (const Bad& bad : all) {
      Records data = bad.head;
      data.text(bad.record.bytes());
      check_case(with_batch(bad.name, version, data, bad.code, reading, bad.head.size()));
    }
  }
}

const std::vector<GoVersion> kSnapshotVersions = {GoVersion::Go125, GoVersion::Go126};

}  // namespace

TEST_CASE("Bad string records are told by where they begin", "[damage]") {
  const Records head = Records().type(T::Strings).string(77, "good");
  check_all(
      Reading::StringRecord,
      {
          {"another type", head, Records().record(T::Stack, {1, 0}), Code::BadStringRecord},
          {"no id", head, Records().type(T::String), Code::BadStringRecord},
          {"no length", head, Records().record(T::String, {8}), Code::BadStringRecord},
          {"id beyond 64 bits", head, Records().type(T::String).text(kOverflow), Code::BadStringRecord},
          {"longer than the batch", head, Records().record(T::String, {8, 5}).text("four"), Code::BadStringRecord},
          {"1025 bytes", head, Records().record(T::String, {8, 1025}).text(std::string(1025, 'x')),
           Code::StringTooLong},
          {"twice in a batch", head, Records().string(77, "again"), Code::DuplicateString},
          {"id 0", head, Records().string(0, "none"), Code::DuplicateString},
      },
      kVersions);
}

TEST_CASE("Bad stack records are told by where they begin", "[damage]") {
  const Records head = Records().type(T::Stacks).stack(77, {{1, 1, 1, 1}});
  Records deep = Records().record(T::Stack, {8, 129});
  for (int i = 0; i < 4 * 129; ++i) deep.number(1);
  check_all(Reading::StackRecord,
            {
                {"another type", head, Records().string(1, "x"), Code::BadStackRecord},
                {"no id", head, Records().type(T::Stack), Code::BadStackRecord},
                {"no number of frames", head, Records().record(T::Stack, {8}), Code::BadStackRecord},
                {"cut in a frame", head, Records().record(T::Stack, {8, 1, 1, 1, 1}), Code::BadStackRecord},
                {"pc beyond 64 bits", head, Records().record(T::Stack, {8, 1}).text(kOverflow), Code::BadStackRecord},
                {"129 frames", head, deep, Code::StackTooDeep},
                {"twice in a batch", head, Records().stack(77, {}), Code::DuplicateStack},
                {"id 0", head, Records().stack(0, {}), Code::DuplicateStack},
            },
            kVersions);
}

TEST_CASE("Bad sample records are told by where they begin", "[damage]") {
  const Records head = Records().type(T::CPUSamples).record(T::CPUSample, {2100, 1, 0, 1, 0});
  check_all(Reading::SampleRecord,
            {
                {"another type", head, Records().string(1, "x"), Code::BadSampleRecord},
                {"cut", head, Records().record(T::CPUSample, {2100, 1, 0, 1}), Code::BadSampleRecord},
                {"stack beyond 64 bits", head, Records().record(T::CPUSample, {2100, 1, 0, 1}).text(kOverflow),
                 Code::BadSampleRecord},
            },
            kVersions);
}

TEST_CASE("Bad sync records are told by where they begin", "[damage]") {
  const std::vector<Bad> snapshots = {
      {"another type", Records().type(T::Sync), Records().string(1, "x"), Code::BadSyncRecord},
      {"no frequency", Records().type(T::Sync), Records().type(T::Frequency), Code::BadSyncRecord},
      {"frequency beyond 64 bits", Records().type(T::Sync), Records().type(T::Frequency).text(kOverflow),
       Code::BadSyncRecord},
      {"snapshot cut", Records().type(T::Sync), Records().record(T::ClockSnapshot, {1, 2, 3}), Code::BadSyncRecord},
      {"frequency twice", Records().type(T::Sync).record(T::Frequency, {5}), Records().record(T::Frequency, {5}),
       Code::DuplicateFrequency},
      {"snapshot twice", Records().type(T::Sync).record(T::ClockSnapshot, {1, 2, 3, 4}),
       Records().record(T::ClockSnapshot, {1, 2, 3, 4}), Code::DuplicateSnapshot},
  };
  check_all(Reading::SyncRecord, snapshots, kSnapshotVersions);
  const Records one = Records().record(T::Frequency, {5});
  const std::vector<Bad> frequencies = {
      {"cut", Records(), Records().type(T::Frequency), Code::BadSyncRecord},
      {"another type behind it", one, Records().string(1, "x"), Code::BadSyncRecord},
      {"a snapshot behind it", one, Records().record(T::ClockSnapshot, {1, 2, 3, 4}), Code::BadSyncRecord},
      {"twice", one, Records().record(T::Frequency, {5}), Code::DuplicateFrequency},
  };
  check_all(Reading::SyncRecord, frequencies, {GoVersion::Go122, GoVersion::Go123});
}

TEST_CASE("Ids that two batches of a generation define are told by the second", "[damage]") {
  for (const GoVersion version : kVersions) {
    for (const Code code : {Code::DuplicateString, Code::DuplicateStack}) {
      const bool strings = code == Code::DuplicateString;
      const Records data =
          strings ? Records().type(T::Strings).string(4, "early") : Records().type(T::Stacks).stack(1, {});
      TraceBuilder trace(version);
      trace.table(1, data).generation(1, 1000).generation(2, 2000);
      const std::size_t batch = strings ? 4 : 3;
      // The record is behind the batch's first byte, and behind three strings in a Strings batch.
      const std::size_t record = trace.data(batch) + (strings ? 1 + 3 * 3 + 9 + 12 + 9 : 1);
      check_case({strings ? "string" : "stack",
                  trace,
                  {code, strings ? Reading::StringRecord : Reading::StackRecord, record, trace.data_end(batch) - record,
                   1, batch, kNone},
                  ""});
    }
  }
}

TEST_CASE("The limits of strings and stacks themselves are good", "[damage]") {
  for (const GoVersion version : kVersions) {
    Records stacks = Records().type(T::Stacks).record(T::Stack, {9, kMaxFrames});
    for (std::uint64_t i = 0; i < kMaxFrames; ++i) stacks.number(0x1001).number(1).number(2).number(10);
    TraceBuilder trace(version);
    trace.table(1, stacks)
        .table(1, Records().type(T::Strings).string(9, std::string(kMaxStringSize, 'x')).string(10, ""))
        .generation(1, 1000);
    CHECK(read_trace(trace).verdict == Verdict::Complete);
  }
}

TEST_CASE("A generation in the middle without a frequency is refused", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    const Records strings = Records().type(T::Strings).string(1, "x");
    trace.generation(1, 1000).table(2, strings).end().generation(3, 3000);
    const std::size_t at = trace.batch(4);
    const std::size_t length = trace.data_end(4) - at + (has_end_markers(version) ? 1 : 0);
    check_case({"no frequency", trace, {Code::MissingFrequency, Reading::Generation, at, length, 2}, "message"});
  }
}

TEST_CASE("A frequency of 0 passes as one", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.clock(1, 1000, 0).table(1, Records().type(T::Strings)).end();
    for (const Damage& damage : read_trace(trace).damage) {
      CHECK(damage.code != Code::MissingFrequency);
      CHECK(damage.code != Code::DuplicateFrequency);
    }
  }
}

TEST_CASE("From 1.25 on a generation in the middle without a clock snapshot is refused", "[damage]") {
  for (const GoVersion version : kSnapshotVersions) {
    TraceBuilder trace(version);
    trace.generation(1, 1000).clock(2, 0).end().generation(3, 3000);
    const std::size_t at = trace.batch(4);
    const std::size_t length = trace.data_end(4) - at + (has_end_markers(version) ? 1 : 0);
    check_case({"no snapshot", trace, {Code::MissingSnapshot, Reading::Generation, at, length, 2}, "message"});
  }
}

TEST_CASE("A sync batch of another version falls under events and fails as one", "[damage]") {
  for (const GoVersion version : kVersions) {
    const bool snapshots = has_sync_batches(version);
    const Records data =
        snapshots ? Records().record(T::Frequency, {5}) : Records().type(T::Sync).record(T::Frequency, {5});
    DamageCase c = with_batch("sync", version, data, Code::UntimedEvent, Reading::Event, 0);
    check_case(c);
  }
}

TEST_CASE("A frame without its function or file refuses the generation, even of a stack that nobody uses", "[damage]") {
  for (const GoVersion version : kVersions) {
    for (const Records::Frame frame : {Records::Frame{0x2000, 99, 2, 1}, Records::Frame{0x2000, 1, 99, 1}}) {
      TraceBuilder trace(version);
      trace.generation(1, 1000);
      trace.table(2, Records().type(T::Stacks).stack(50, {{0x1001, 1, 2, 10}, frame}));
      const std::size_t at = trace.batch(4);
      trace.generation(2, 2000);
      const std::size_t length = trace.size() - at;
      trace.generation(3, 3000);
      check_case({"frame", trace, {Code::MissingFrameText, Reading::Generation, at, length, 2}, "message"});
    }
  }
}

TEST_CASE("Only the first record of a pc counts: texts of later ones are not looked for", "[damage]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    trace.table(1, Records().type(T::Stacks).stack(50, {{0x3000, 1, 2, 7}}).stack(51, {{0x3000, 99, 98, 8}}));
    trace.generation(1, 1000);
    CHECK(read_trace(trace).verdict == Verdict::Complete);
  }
}

TEST_CASE("Function and file 0 of a frame mean none", "[damage]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.table(1, Records().type(T::Stacks).stack(50, {{0x3000, 0, 0, 0}}));
  trace.generation(1, 1000);
  CHECK(read_trace(trace).verdict == Verdict::Complete);
}

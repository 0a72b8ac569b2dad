#include "format/raw_text.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "format/event_table.h"
#include "format/limits.h"
#include "format/varint.h"

using namespace tracecheck;
using namespace std::string_literals;

namespace {

struct Text {
  std::string lines;  // behind the batch's own
  std::optional<TextStop> stop;
};

Text text_of(const std::string& data, GoVersion version = GoVersion::Go126, std::size_t missing = 0,
             EventType type = EventType::EventBatch, std::uint8_t experiment = 0) {
  BatchHeader header;
  header.type = type;
  header.experiment = experiment;
  header.generation = 1;
  header.thread = 2;
  header.time = 3;
  header.size = data.size() + missing;
  header.header_size = 100;
  const std::vector<std::uint8_t> bytes(data.begin(), data.end());
  Text result;
  result.stop = append_batch_text(result.lines, version, header, bytes);
  const std::string own = "EventBatch gen=1 m=2 time=3 size=" + std::to_string(header.size) + "\n";
  if (result.lines.rfind(own, 0) == 0) result.lines.erase(0, own.size());
  return result;
}

std::string bytes(std::initializer_list<std::uint64_t> values) {
  std::string out;
  for (const std::uint64_t value : values) append_varint(out, value);
  return out;
}

}  // namespace

TEST_CASE("Batches of tables become a line a record", "[wire]") {
  Text text = text_of("\x04\x05\x01\x02hi\x05\x02\x01\n");
  CHECK_FALSE(text.stop);
  CHECK(text.lines == "Strings\nString id=1\n\tdata=\"hi\"\nString id=2\n\tdata=\"\\n\"\n");

  text = text_of(
      "\x02"
      "\x03\x05\x02"
      "\x01\x02\x03\x04"
      "\x05\x06\x07\x08"
      "\x03\x06\x00"s);
  CHECK_FALSE(text.stop);
  CHECK(text.lines ==
        "Stacks\nStack id=5 nframes=2\n\tpc=1 func=2 file=3 line=4\n\tpc=5 func=6 file=7 line=8\n"
        "Stack id=6 nframes=0\n");

  text = text_of("\x06\x07\x01\x02\x03\x04\x05");
  CHECK_FALSE(text.stop);
  CHECK(text.lines == "CPUSamples\nCPUSample time=1 m=2 p=3 g=4 stack=5\n");

  text = text_of("\x32\x08\x05\x33\x01\x02\x03\x04", GoVersion::Go125);
  CHECK_FALSE(text.stop);
  CHECK(text.lines == "Sync\nFrequency freq=5\nClockSnapshot dt=1 mono=2 sec=3 nsec=4\n");

  text = text_of("\x08\x05", GoVersion::Go123);
  CHECK_FALSE(text.stop);
  CHECK(text.lines == "Frequency freq=5\n");
}

TEST_CASE("An empty string has no data line, as in the reference", "[wire]") {
  const Text text = text_of("\x04\x05\x01\x00\x05\x02\x01x"s);
  CHECK_FALSE(text.stop);
  CHECK(text.lines == "Strings\nString id=1\nString id=2\n\tdata=\"x\"\n");
}

TEST_CASE("Every timed event becomes its name and arguments", "[wire]") {
  for (std::size_t i = 0; i < 256; ++i) {
    const EventSpec& spec = event_spec(static_cast<EventType>(i));
    if (!spec.timed()) continue;
    std::string data(1, static_cast<char>(i));
    std::string expected = std::string(spec.name) + " dt=1000";
    append_varint(data, 1000);
    for (std::size_t arg = 0; arg < spec.arg_count; ++arg) {
      append_varint(data, ~0ULL - arg);
      expected += " " + std::string(spec.args[arg].name) + "=" + std::to_string(~0ULL - arg);
    }
    const Text text = text_of(data + data);
    CHECK_FALSE(text.stop);
    CHECK(text.lines == expected + "\n" + expected + "\n");
  }
}

TEST_CASE("An empty batch, an end marker and an experimental batch are a line each", "[wire]") {
  CHECK(text_of("").lines == "");
  CHECK(text_of("", GoVersion::Go126, 0, EventType::EndOfGeneration).lines == "EndOfGeneration\n");
  CHECK(text_of("a\x00"s, GoVersion::Go123, 0, EventType::ExperimentalBatch, 1).lines ==
        "ExperimentalBatch exp=1 gen=1 m=2 time=3\n\tdata=\"a\\x00\"\n");
  CHECK(text_of("", GoVersion::Go123, 0, EventType::ExperimentalBatch, 1).lines ==
        "ExperimentalBatch exp=1 gen=1 m=2 time=3\n");
}

TEST_CASE("Of a batch cut at any byte the whole events are written", "[wire]") {
  const std::string data = bytes({16, 1, 300, 2}) + bytes({20, 1, 2, 3}) + bytes({17, 5});
  const std::string lines[] = {"GoStart dt=1 g=300 g_seq=2\n", "GoBlock dt=1 reason_string=2 stack=3\n",
                               "GoDestroy dt=5\n"};
  const std::size_t ends[] = {5, 9, 11};
  for (std::size_t cut = 0; cut < data.size(); ++cut) {
    INFO(cut);
    std::string expected;
    std::size_t start = 0;
    for (std::size_t i = 0; i < 3 && ends[i] <= cut; ++i) {
      expected += lines[i];
      start = ends[i];
    }
    const Text text = text_of(data.substr(0, cut), GoVersion::Go126, data.size() - cut);
    CHECK(text.lines == expected);
    REQUIRE(text.stop);
    CHECK(text.stop->kind == TextStop::Kind::Cut);
    CHECK(text.stop->code == DamageCode::BatchCut);
    CHECK(text.stop->offset == 100 + start);
  }
  const Text experimental = text_of("abc", GoVersion::Go123, 1, EventType::ExperimentalBatch, 1);
  CHECK(experimental.lines == "");
  REQUIRE(experimental.stop);
  CHECK(experimental.stop->kind == TextStop::Kind::Cut);
}

TEST_CASE("What is no event of the batch stops the text there", "[wire]") {
  struct Case {
    std::string data;
    GoVersion version;
    DamageCode code;
    std::size_t offset;
    const char* lines;
  };
  const auto v22 = GoVersion::Go122;
  const auto v25 = GoVersion::Go125;
  const auto v26 = GoVersion::Go126;
  const std::string overflow(10, '\xff');
  const Case cases[] = {
      {"\x11\x01\x00"s, v26, DamageCode::BadEventType, 2, "GoDestroy dt=1\n"},
      {"\x11\x01\x35\x01", v26, DamageCode::BadEventType, 2, "GoDestroy dt=1\n"},
      {"\x89\x01", v26, DamageCode::BadEventType, 0, ""},
      {"\x11\x01\x05\x01\x01x", v26, DamageCode::UntimedEvent, 2, "GoDestroy dt=1\n"},
      {"\x11\x01\x04", v26, DamageCode::UntimedEvent, 2, "GoDestroy dt=1\n"},
      {"\x08\x05", v25, DamageCode::UntimedEvent, 0, ""},
      {"\x32\x08\x05", v22, DamageCode::UntimedEvent, 0, ""},
      {"\x34", v25, DamageCode::UntimedEvent, 0, ""},
      {"\x11\x01\x11", v26, DamageCode::EventCut, 2, "GoDestroy dt=1\n"},
      {"\x11\x01\x11" + overflow, v26, DamageCode::EventVarintOverflow, 2, "GoDestroy dt=1\n"},
      {"\x04\x05\x01\x01x\x03\x01\x00"s, v26, DamageCode::BadStringRecord, 5, "Strings\nString id=1\n\tdata=\"x\"\n"},
      {"\x04\x05\x01\x05x", v26, DamageCode::BadStringRecord, 1, "Strings\n"},
      {"\x04\x05\x01" + bytes({1025}), v26, DamageCode::StringTooLong, 1, "Strings\n"},
      {"\x02\x03\x01\x01\x01\x02\x03", v26, DamageCode::BadStackRecord, 1, "Stacks\n"},
      {"\x02\x03\x01" + bytes({129}), v26, DamageCode::StackTooDeep, 1, "Stacks\n"},
      {"\x06\x07\x01\x02\x03\x04", v26, DamageCode::BadSampleRecord, 1, "CPUSamples\n"},
      {"\x32\x08\x05\x11\x01", v26, DamageCode::BadSyncRecord, 3, "Sync\nFrequency freq=5\n"},
      {"\x08\x05\x33\x01\x01\x01\x01", v22, DamageCode::BadSyncRecord, 2, "Frequency freq=5\n"},
  };
  for (const Case& bad : cases) {
    INFO(damage_code_name(bad.code) << " at " << bad.offset);
    const Text text = text_of(bad.data, bad.version);
    CHECK(text.lines == bad.lines);
    REQUIRE(text.stop);
    CHECK(text.stop->kind == TextStop::Kind::Damaged);
    CHECK(text.stop->code == bad.code);
    CHECK(text.stop->offset == 100 + bad.offset);
    CHECK_FALSE(text.stop->message.empty());
  }
}

TEST_CASE("What a trace may hold but not the text form of its version is told apart", "[wire]") {
  struct Case {
    std::string data;
    GoVersion version;
  };
  const Case cases[] = {
      {"\x2d\x01\x01\x01", GoVersion::Go122},  // GoSwitch came with 1.23
      {"\x82\x01\x01", GoVersion::Go123},      // AllocFree has text from 1.26 on
      {"\x82\x01\x01", GoVersion::Go125},
  };
  for (const Case& item : cases) {
    const Text text = text_of(item.data, item.version);
    CHECK(text.lines == "");
    REQUIRE(text.stop);
    CHECK(text.stop->kind == TextStop::Kind::NotInTextForm);
  }
  const Text early = text_of("x", GoVersion::Go122, 0, EventType::ExperimentalBatch, 1);
  REQUIRE(early.stop);
  CHECK(early.stop->kind == TextStop::Kind::NotInTextForm);
  const Text odd = text_of("x", GoVersion::Go126, 0, EventType::ExperimentalBatch, 200);
  REQUIRE(odd.stop);
  CHECK(odd.stop->kind == TextStop::Kind::NotInTextForm);
  const Text marker = text_of("", GoVersion::Go125, 0, EventType::EndOfGeneration);
  REQUIRE(marker.stop);
  CHECK(marker.stop->kind == TextStop::Kind::Damaged);
  CHECK(marker.stop->offset == 0);
}

TEST_CASE("The text form of a version ends with its last type", "[wire]") {
  CHECK(last_text_type(GoVersion::Go122) == EventType::UserLog);
  CHECK(last_text_type(GoVersion::Go123) == EventType::ExperimentalBatch);
  CHECK(last_text_type(GoVersion::Go125) == EventType::ClockSnapshot);
  CHECK(last_text_type(GoVersion::Go126) == EventType::GoroutineStackFree);
  CHECK(text_header(GoVersion::Go125) == "Trace Go1.25\n");
}

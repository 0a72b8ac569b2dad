// The public interface: the loop that its header shows, what is known when, moves, and bad input.
#include "tracecheck/reader.h"

#include <catch2/catch.hpp>
#include <limits>
#include <type_traits>

#include "format/header.h"
#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

Reader reader_of(const TraceBuilder& trace) { return Reader(open_bytes(trace.bytes())); }

}  // namespace

TEST_CASE("The loop of the header finds the logs of a real trace", "[reader]") {
  Reader reader = Reader::open_file(TESTDATA "/ok/go1.26-crasher.trace");
  std::string found;
  while (const Event* event = reader.next()) {
    if (const auto* log = event->as<Log>()) found += std::string(log->category) + ": " + std::string(log->message);
  }
  CHECK(found == "xyzzy-cat: xyzzy-msg");
  CHECK(reader.verdict() == Verdict::Complete);
}

TEST_CASE("An event is an event of one kind", "[reader]") {
  Reader reader = reader_of(whole_trace(GoVersion::Go126, 1));
  std::string kinds;
  while (const Event* event = reader.next()) {
    kinds += std::string(event_kind_name(event->kind())) + " ";
    CHECK((event->as<Log>() != nullptr) == (event->kind() == EventKind::Log));
    CHECK((event->as<Sync>() != nullptr) == (event->kind() == EventKind::Sync));
    CHECK((event->as<StateTransition>() != nullptr) == (event->kind() == EventKind::StateTransition));
  }
  CHECK(kinds == "Sync StateTransition StateTransition Log Metric Sync ");
}

TEST_CASE("Texts and stacks are valid until the next event", "[reader]") {
  Reader reader = reader_of(whole_trace(GoVersion::Go126, 3));
  int logs = 0;
  while (const Event* event = reader.next()) {
    const auto* log = event->as<Log>();
    if (log == nullptr) continue;
    ++logs;
    const std::vector<Frame> frames = event->stack.frames();
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].function == "main.work");
    CHECK(frames[0].file == "/src/main.go");
    CHECK(frames[0].pc == 0x1001);
    CHECK(frames[0].line == 10);
    CHECK(frames[1].function == "main.main");
    CHECK(log->category == "category");
  }
  CHECK(logs == 3);
}

TEST_CASE("After the end there is nothing, for good", "[reader]") {
  for (TraceBuilder trace : {whole_trace(GoVersion::Go126), whole_trace(GoVersion::Go126).cut_at(200),
                             whole_trace(GoVersion::Go126).cut_at(5)}) {
    Reader reader = reader_of(trace);
    while (reader.next() != nullptr) continue;
    const std::size_t damage = reader.damage().size();
    for (int i = 0; i < 3; ++i) CHECK(reader.next() == nullptr);
    CHECK(reader.damage().size() == damage);
  }
}

TEST_CASE("What is known of a trace is known in time", "[reader]") {
  const TraceBuilder trace = whole_trace(GoVersion::Go125, 2);
  Reader reader = reader_of(trace);
  CHECK_FALSE(reader.version());
  CHECK(reader.generations().empty());
  CHECK(reader.offset() == 0);
  REQUIRE(reader.next() != nullptr);
  CHECK(reader.version() == GoVersion::Go125);
  CHECK(reader.generations().size() == 1);
  CHECK(reader.verdict() == Verdict::Complete);  // so far
  CHECK(std::holds_alternative<CleanEnd>(reader.ending()));
  while (reader.next() != nullptr) continue;
  CHECK(reader.generations().size() == 2);
  CHECK(reader.offset() == trace.size());
}

TEST_CASE("A reader may be moved in the middle of its work", "[reader]") {
  static_assert(!std::is_copy_constructible_v<Reader>);
  static_assert(std::is_nothrow_move_constructible_v<Reader>);
  static_assert(std::is_nothrow_move_assignable_v<Reader>);
  const std::vector<std::string> expected = read_trace(whole_trace(GoVersion::Go126, 3)).events;
  std::vector<std::string> events;
  Reader reader = reader_of(whole_trace(GoVersion::Go126, 3));
  for (int i = 0; i < 4; ++i) events.push_back(describe(*reader.next()));
  Reader moved = std::move(reader);
  for (int i = 0; i < 4; ++i) events.push_back(describe(*moved.next()));
  Reader other = reader_of(whole_trace(GoVersion::Go123, 1));
  other = std::move(moved);
  while (const Event* event = other.next()) events.push_back(describe(*event));
  CHECK(events == expected);
}

TEST_CASE("A reader may be dropped in the middle of its work", "[reader]") {
  const std::size_t total = read_trace(whole_trace(GoVersion::Go126)).events.size();
  for (std::size_t count = 0; count <= total; ++count) {
    Reader reader = reader_of(whole_trace(GoVersion::Go126));
    for (std::size_t i = 0; i < count; ++i) CHECK(reader.next() != nullptr);
  }
}

TEST_CASE("Times increase strictly: equal and earlier ones are moved", "[reader]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.clock(1, 1000);
  Records data = Records().event(T::ProcStatus, 0, {0, 1});
  for (std::uint64_t i = 0; i < 3; ++i) data.event(T::HeapAlloc, 0, {i});
  trace.batch(1, 1, 1000, data).batch(1, 1, 500, Records().event(T::HeapAlloc, 0, {3})).end();
  Reader reader = reader_of(trace);
  std::vector<Time> times;
  while (const Event* event = reader.next()) times.push_back(event->time);
  // The Sync takes the earliest of all batches, even of those without a thread; 0 counts as unset.
  CHECK(times == std::vector<Time>{500, 1000, 1001, 1002, 1003, 1004, 1005});
  CHECK(reader.verdict() == Verdict::Complete);
}

TEST_CASE("A last Sync closes a trace, and stands before most damage", "[reader]") {
  for (const GoVersion version : kVersions) {
    const ReadResult whole = read_trace(whole_trace(version, 2));
    CHECK(whole.events.back().find("Sync 3") != std::string::npos);
    CHECK(whole.events.back().find("begins") == std::string::npos);
    TraceBuilder trace = whole_trace(version, 2);
    const ReadResult broken = read_trace(trace.overwrite_at(trace.batch(4), "\x02"));
    CHECK(broken.events.back().find("Sync 2") != std::string::npos);
  }
  const ReadResult bare = read_trace(TraceBuilder(GoVersion::Go122));
  CHECK(bare.events == std::vector<std::string>{"1 m- p- g- Sync 1"});
}

TEST_CASE("A Sync has its snapshot and the experimental batches", "[reader]") {
  TraceBuilder trace(GoVersion::Go126);
  trace.open_generation(1, 1000).experimental(1, 1, 5, 1000, "abc").experimental(2, 1, 6, 1000, "").close_generation(1);
  Reader reader = reader_of(trace);
  const auto* sync = reader.next()->as<Sync>();
  REQUIRE(sync != nullptr);
  REQUIRE(sync->clock_snapshot);
  CHECK(sync->clock_snapshot->trace == 1001);
  CHECK(sync->clock_snapshot->monotonic == 6000);
  CHECK(sync->clock_snapshot->wall_seconds == 1700000001);
  CHECK(sync->clock_snapshot->wall_nanoseconds == 7);
  REQUIRE(sync->experimental_batches.size() == 2);
  CHECK(sync->experimental_batches[0].experiment == 1);
  CHECK(sync->experimental_batches[0].thread == 5);
  CHECK(sync->experimental_batches[0].data.size() == 3);
}

TEST_CASE("A wall clock that steps back is noted, and no damage", "[reader]") {
  for (const GoVersion version : {GoVersion::Go125, GoVersion::Go126}) {
    TraceBuilder trace(version);
    for (std::uint64_t g = 1; g <= 2; ++g) {
      const Records sync = Records()
                               .type(T::Sync)
                               .record(T::Frequency, {kNanoseconds})
                               .record(T::ClockSnapshot, {1, 1000 * g, 5000 - g, 0});
      trace.batch(g, kNoId, 1000 * g, sync).batch(g, 1, 1000 * g, Records().event(T::ProcStatus, 1, {0, 1}));
      trace.table(g, Records().type(T::Strings)).end();
    }
    const ReadResult result = read_trace(trace);
    CHECK(result.verdict == Verdict::Complete);
    CHECK(result.wall_clock_stepped_back);
    CHECK_FALSE(read_trace(whole_trace(version)).wall_clock_stepped_back);
  }
}

TEST_CASE("What is no trace, or none that is known, is told apart", "[reader]") {
  const ReadResult text = read_trace(Bytes{'h', 'e', 'l', 'l', 'o', '\n'});
  CHECK(text.verdict == Verdict::NotATrace);
  CHECK(std::get<NotATrace>(text.ending).looks_like == "text");
  using Why = NotJudged::Why;
  for (const auto& [minor, why] : {std::pair{11, Why::V1},
                                   {19, Why::V1},
                                   {21, Why::V1},
                                   {24, Why::UnknownVersion},
                                   {27, Why::UnknownVersion},
                                   {20, Why::UnknownVersion}}) {
    TraceBuilder trace = whole_trace(GoVersion::Go126);
    trace.overwrite_at(0, "go 1." + std::to_string(minor));
    const ReadResult result = read_trace(trace);
    INFO(minor);
    CHECK(result.verdict == Verdict::NotJudged);
    CHECK(std::get<NotJudged>(result.ending).why == why);
    CHECK(std::get<NotJudged>(result.ending).minor == static_cast<std::uint32_t>(minor));
    CHECK(result.events.empty());
  }
}

TEST_CASE("A source that cannot be read leaves the trace unreadable", "[reader]") {
  Reader missing = Reader::open_file(TESTDATA "/no such file");
  CHECK(missing.next() == nullptr);
  CHECK(missing.verdict() == Verdict::Unreadable);
  Reader folder = Reader::open_file(TESTDATA);
  CHECK(folder.next() == nullptr);
  CHECK(std::get<Unreadable>(folder.ending()).error.message == "is a directory");
}

TEST_CASE("A source that fails in the middle leaves the trace unreadable with its events read", "[reader]") {
  class FailingSource final : public ByteSource {
   public:
    explicit FailingSource(Bytes bytes) : bytes_(std::move(bytes)) {}
    std::size_t read(std::uint8_t* to, std::size_t) override {
      if (at_ < bytes_.size()) {
        *to = bytes_[at_++];
        return 1;
      }
      fail(SourceError::Kind::Unreadable, "read failed: Input/output error");
      return 0;
    }
    std::uint64_t bytes_in() const override { return at_; }

   private:
    Bytes bytes_;
    std::size_t at_ = 0;
  };
  const std::size_t size = GENERATE(0, 10, 16, 100, 290, 10000);
  Bytes bytes = whole_trace(GoVersion::Go126).bytes();
  bytes.resize(std::min(size, bytes.size()));
  const ReadResult result = read_trace(std::make_unique<FailingSource>(bytes));
  INFO(size);
  CHECK(result.verdict == Verdict::Unreadable);
  CHECK(std::get<Unreadable>(result.ending).error.message == "read failed: Input/output error");
  CHECK(result.logs == (size < 200 ? "" : size < 300 ? "message" : "message,message"));
}

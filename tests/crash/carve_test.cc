// Which batches make the carved trace, and where they stand in it.
#include "crash/carve.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/core_builder.h"
#include "tests/support/trace_builder.h"
#include "tracecheck/reader.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

constexpr std::uint64_t kAddress = 0x7f0000000000;

// A buffer that holds a memory event of the thread, one unit after `time`.
std::string heap_buffer(std::uint64_t generation, std::uint64_t thread, std::uint64_t time) {
  return trace_buffer(generation, thread, time, Records().event(T::HeapAlloc, 1, {thread}).bytes(), time + 1);
}

TraceBuffers find(const std::vector<std::string>& buffers, std::string_view go_version = "go1.26.8") {
  CoreBuilder builder;
  builder.memory(0x400000, build_info(go_version));
  std::string memory;
  for (const std::string& buffer : buffers) memory += buffer;
  builder.memory(kAddress, memory);
  const std::unique_ptr<ByteSource> source = open_bytes(builder.bytes());
  CoreFile core(*source);
  REQUIRE_FALSE(core.open());
  return find_trace_buffers(core);
}

std::string read_all(const Carving& carving, std::size_t step = 4096) {
  const std::unique_ptr<ByteSource> source = carving.open();
  std::vector<std::uint8_t> piece(step);
  std::string out;
  while (const std::size_t count = source->read(piece.data(), piece.size())) {
    out.append(reinterpret_cast<const char*>(piece.data()), count);
  }
  return out;
}

// What carving makes of a file and these buffers.
struct Beside {
  Beside(const TraceBuilder& file, const std::vector<std::string>& buffers)
      : source(open_bytes(file.bytes())),
        index(*source),
        carving(find(buffers).batches, index, [bytes = file.bytes()] { return open_bytes(bytes); }) {}

  std::unique_ptr<ByteSource> source;
  TraceIndex index;
  Carving carving;
};

Records heap(std::uint64_t thread) { return Records().event(T::HeapAlloc, 1, {thread}); }

}  // namespace

TEST_CASE("the whole of a batch's content ends with its last whole record", "[carve]") {
  const Records strings = Records().type(T::Strings).string(1, "one").string(2, "two");
  const BatchHeader header{.type = T::EventBatch, .generation = 1, .thread = kNoId, .time = 5};
  const std::string bytes = strings.bytes();
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    INFO(size);
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const std::optional<BatchContent> content = look_at_content(header, {data, size});
    REQUIRE(content);
    CHECK(content->whole == (size == 0 ? 0U : size < 7 ? 1U : size < 13 ? 7U : 13U));
    CHECK(content->last_time == 5);
    CHECK(content->events == 0);
  }
}

TEST_CASE("a program's version tells that of its traces", "[carve]") {
  CHECK(find({}, "go1.22.0").build.version == GoVersion::Go122);
  CHECK(find({}, "go1.24.1").build.version == GoVersion::Go123);
  CHECK(find({}, "go1.25-custom").build.version == GoVersion::Go125);
  CHECK(find({}, "go1.26").build.version == GoVersion::Go126);
  CHECK_FALSE(find({}, "go1.21.1").build.version);
  CHECK(find({}, "go1.21.1").build.name == "go1.21.1");
}

TEST_CASE("buffers come out in the order of their times, tables first", "[carve]") {
  const std::string strings = trace_buffer(1, kNoId, 900, Records().type(T::Strings).string(1, "x").bytes(), 900);
  const Carving carving(GoVersion::Go126, find({heap_buffer(1, 2, 300), strings, heap_buffer(1, 3, 200)}).batches);
  const TraceBuilder expected = TraceBuilder(GoVersion::Go126, Sizes::Padded)
                                    .batch(1, kNoId, 900, Records().type(T::Strings).string(1, "x"))
                                    .batch(1, 3, 200, heap(3))
                                    .batch(1, 2, 300, heap(2));
  CHECK(read_all(carving) == expected.text());
  CHECK(carving.gained().batches == 3);
  CHECK(carving.gained().events == 2);
  CHECK(carving.verdict() == Verdict::Truncated);
}

TEST_CASE("the bytes are the same however few are read at a time", "[carve]") {
  const Beside made(TraceBuilder(GoVersion::Go126).generation(1, 1000).batch(2, 1, 5000, heap(1)),
                    {heap_buffer(2, 2, 6000), heap_buffer(2, 1, 7000)});
  CHECK(read_all(made.carving, 1) == read_all(made.carving));
}

TEST_CASE("strings without events are nothing", "[carve]") {
  const std::string strings = trace_buffer(1, kNoId, 900, Records().type(T::Strings).string(1, "x").bytes(), 900);
  const Carving carving(GoVersion::Go126, find({strings}).batches);
  CHECK(carving.gained().batches == 0);
  CHECK(carving.left_out().batches == 1);
}

TEST_CASE("what the core has goes on where the file ends", "[carve]") {
  for (const GoVersion version : kVersions) {
    INFO(minor_of(version));
    TraceBuilder file = TraceBuilder(version, Sizes::Padded).generation(1, 1000);
    const Beside made(file, {heap_buffer(2, 1, 5000)});
    CHECK(read_all(made.carving) == file.batch(2, 1, 5000, heap(1)).text());
    CHECK(made.carving.verdict() == Verdict::Truncated);
  }
}

TEST_CASE("a generation that the core completes is closed, and the next one follows", "[carve]") {
  for (const GoVersion version : kVersions) {
    INFO(minor_of(version));
    const TraceBuilder whole = TraceBuilder(version, Sizes::Padded).generation(1, 1000);
    const TraceBuilder file = TraceBuilder(whole).cut_at(whole.batch(whole.batch_count() - 1));
    const Records strings = Records()
                                .type(T::Strings)
                                .string(1, "main.work")
                                .string(2, "/src/main.go")
                                .string(3, "main.main")
                                .string(4, "category")
                                .string(5, "message");
    const Beside made(file, {heap_buffer(2, 1, 5000), trace_buffer(1, kNoId, 4000, strings.bytes(), 4000)});
    CHECK(made.carving.gained().batches == 2);
    CHECK(made.carving.verdict() == Verdict::Truncated);
    Reader reader(made.carving.open());
    std::vector<std::string> messages;
    while (const Event* event = reader.next()) {
      if (const auto* log = event->as<Log>()) messages.emplace_back(log->message);
    }
    CHECK(messages == std::vector<std::string>{"message"});
  }
}

TEST_CASE("of a generation that stays unfinished in the middle the file decides", "[carve]") {
  for (const GoVersion version : kVersions) {
    INFO(minor_of(version));
    const TraceBuilder file = TraceBuilder(version, Sizes::Padded).generation(1, 1000).open_generation(2, 5000);
    const Beside made(file, {heap_buffer(2, 2, 6000), heap_buffer(3, 1, 9000)});
    CHECK(made.carving.generations() == std::set<std::uint64_t>{2});
    CHECK(made.carving.left_out().batches == 1);
    CHECK(made.carving.verdict() == Verdict::Truncated);
    CHECK(read_all(made.carving).substr(0, file.size()) == file.text());
  }
}

TEST_CASE("what the file has no place for is left out", "[carve]") {
  const TraceBuilder file = TraceBuilder(GoVersion::Go126).generation(5, 1000);
  const Beside made(file, {heap_buffer(4, 1, 900), heap_buffer(6, 1, 9000)});
  CHECK(made.carving.generations() == std::set<std::uint64_t>{6});
  CHECK(made.carving.left_out().batches == 1);
}

TEST_CASE("a file that is corrupt by itself is no reason to leave anything out", "[carve]") {
  TraceBuilder file = TraceBuilder(GoVersion::Go126).generation(1, 1000);
  file.overwrite_at(file.data(1) + 1, "\xff");  // an event's time
  const Beside made(file, {heap_buffer(2, 1, 5000), heap_buffer(3, 1, 9000)});
  CHECK(made.carving.gained().batches == 2);
  CHECK(made.carving.verdict() == Verdict::Corrupt);
}

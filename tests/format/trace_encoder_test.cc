// What is encoded is read back by the parsers of the same folder.
#include "format/trace_encoder.h"

#include <catch2/catch.hpp>

#include "format/header.h"
#include "format/limits.h"
#include "format/varint.h"

using namespace tracecheck;

namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("an encoded header names its version", "[trace_encoder]") {
  const GoVersion version = GENERATE(GoVersion::Go122, GoVersion::Go123, GoVersion::Go125, GoVersion::Go126);
  std::string out;
  append_header(out, version);
  const Header header = parse_header(bytes_of(out));
  CHECK(out.size() == kHeaderSize);
  CHECK(header.kind == HeaderKind::V2);
  CHECK(header.minor == static_cast<std::uint32_t>(minor_of(version)));
}

TEST_CASE("an encoded batch is read back, its size that of its data and ten bytes long", "[trace_encoder]") {
  const EventType type = GENERATE(EventType::EventBatch, EventType::ExperimentalBatch);
  const std::size_t size = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{300}, std::size_t{kMaxBatchSize});
  const std::string data(size, 'x');
  BatchHeader header{.type = type, .generation = 3, .thread = kNoThread, .time = 1ULL << 40U, .size = 7};
  if (type == EventType::ExperimentalBatch) header.experiment = 1;
  std::string out;
  append_batch(out, header, bytes_of(data));

  const BatchParse parse = parse_batch_header(bytes_of(out));
  REQUIRE(parse.status == BatchStatus::Ok);
  CHECK(parse.header.type == type);
  CHECK(parse.header.experiment == header.experiment);
  CHECK(parse.header.generation == 3);
  CHECK(parse.header.thread == kNoThread);
  CHECK(parse.header.time == 1ULL << 40U);
  CHECK(parse.header.size == size);
  CHECK(out.substr(parse.header.header_size) == data);
  std::string padded;
  append_padded_varint(padded, size);
  CHECK(out.substr(parse.header.header_size - kMaxVarintBytes, kMaxVarintBytes) == padded);
}

TEST_CASE("an encoded end of a generation is one byte", "[trace_encoder]") {
  std::string out;
  append_batch_header(out, {.type = EventType::EndOfGeneration, .generation = 3});
  CHECK(out == "\x34");
}

// What a batch was before text was written into it.
#include "crash/batch_mending.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/trace_builder.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;

namespace {

Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }
std::string text_of(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

std::size_t sound(const Records& data, std::size_t cut = 0) {
  const Bytes bytes = bytes_of(data.bytes());
  return sound_prefix(ByteSpan(bytes).first(bytes.size() - cut));
}

// Events of six bytes, whose numbers look like no text.
Records events(std::size_t count = 50) {
  Records data;
  for (std::size_t i = 0; i < count; ++i) data.event(T::HeapAlloc, 200 + i, {0x200080 + i * 128});
  return data;
}
constexpr std::size_t kEventSize = 7;

struct Piece {
  std::size_t at;  // in the data as it was
  std::string text;
};

struct Mended {
  std::string data;  // of the batch
  std::size_t pieces = 0;
  std::uint64_t effort = kMendingEffort;  // that is left
  std::size_t looks_behind = 0;
};

// Writes text into a batch, the first piece first, and takes it out again. Behind the batch stands another one.
Mended mend(const std::string& batch, const std::vector<Piece>& pieces, std::uint64_t effort = kMendingEffort) {
  std::string stream = batch + "\x01 what follows";
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) stream.insert(piece->at, piece->text);
  const Bytes all = bytes_of(stream);
  Mended result;
  result.effort = effort;
  const std::vector<Insertion> found = find_text_inside(all, batch.size(), result.effort, [&](ByteSpan behind) {
    ++result.looks_behind;
    return !behind.empty() && behind[0] == 1;
  });
  result.pieces = found.size();
  result.data = text_of(without(all, found)).substr(0, batch.size());
  return result;
}

}  // namespace

TEST_CASE("data can be read up to the first event that is not whole", "[batch_mending]") {
  const Records data = events(3);
  REQUIRE(data.size() == 3 * kEventSize);
  CHECK(sound(data) == data.size());
  CHECK(sound(data, 1) == 2 * kEventSize);
  CHECK(sound(Records(data).type(T::Strings)) == data.size());
  CHECK(sound(Records(data).byte(0xff)) == data.size());
  CHECK(sound({}) == 0);
}

TEST_CASE("tables can be read up to the first record that is not whole", "[batch_mending]") {
  const Records strings = Records().type(T::Strings).string(1, "one").string(2, "two");
  CHECK(sound(strings) == 13);
  CHECK(sound(strings, 1) == 7);
  const Records stacks = Records().type(T::Stacks).stack(1, {{1, 1, 1, 1}}).stack(2, {{2, 1, 1, 1}});
  CHECK(sound(stacks) == 15);
  CHECK(sound(stacks, 1) == 8);
  const Records samples = Records().type(T::CPUSamples).record(T::CPUSample, {1, 2, 3, 4, 5});
  CHECK(sound(samples) == 7);
  CHECK(sound(samples, 1) == 1);
  const Records sync = Records().type(T::Sync).record(T::Frequency, {5}).record(T::ClockSnapshot, {1, 2, 3, 4});
  CHECK(sound(sync) == 8);
  CHECK(sound(sync, 1) == 3);
  CHECK(sound(Records(strings).record(T::Stack, {1, 0})) == 13);
}

TEST_CASE("a record that claims more than there may be cannot be read", "[batch_mending]") {
  CHECK(sound(Records().type(T::Strings).record(T::String, {1, 1025}).text(std::string(1025, 'x'))) == 1);
  CHECK(sound(Records().type(T::Stacks).record(T::Stack, {1, 129}).text(std::string(4 * 129, '\1'))) == 1);
}

TEST_CASE("text at the front of a batch's data is taken out", "[batch_mending]") {
  const std::string tables[] = {events().bytes(), Records().type(T::Strings).string(1, "one").string(2, "two").bytes(),
                                Records().type(T::Stacks).stack(1, {{1, 1, 1, 1}}).stack(2, {{2, 1, 1, 1}}).bytes()};
  for (const std::string& batch : tables) {
    const Mended mended = mend(batch, {{0, "panic: oh no\n"}});
    CHECK(mended.pieces == 1);
    CHECK(mended.data == batch);
  }
}

TEST_CASE("text at every place of a batch is taken out: between events, and inside their numbers", "[batch_mending]") {
  const std::string batch = events().bytes();
  const std::string line =
      GENERATE("a line of the program\n", "a line of Windows\r\n", "\t\x1b[31mred\x1b[0m caf\xc3\xa9\n");
  for (std::size_t at = 0; at < 3 * kEventSize; ++at) {
    INFO(at);
    const Mended mended = mend(batch, {{20 * kEventSize + at, line}});
    CHECK(mended.pieces == 1);
    CHECK(mended.data == batch);
  }
}

TEST_CASE("several pieces of text are taken out, wherever each stands", "[batch_mending]") {
  const std::string batch = events().bytes();
  const Mended mended = mend(batch, {{3, "one\n"},
                                     {10 * kEventSize, "goroutine 1 [running]:\nmain.main()\n"},
                                     {20 * kEventSize + 5, "three\r\n"},
                                     {40 * kEventSize + 1, "the last one\n"}});
  CHECK(mended.data == batch);
  CHECK(mended.pieces == 4);
}

TEST_CASE("text inside a string of the table is taken out", "[batch_mending]") {
  const std::string batch =
      Records().type(T::Strings).string(1, "main.worker").string(2, "runtime.gopark").string(3, "chan").bytes();
  const std::string line = "a line of the program that is longer than they are\n";
  const Mended mended = mend(batch, {{8, line}});
  CHECK(mended.pieces == 1);
  CHECK(mended.data.size() == batch.size());
  // Which bytes of the string are the line's cannot be told; the other strings are as they were.
  CHECK(mended.data.substr(15) == batch.substr(15));
}

TEST_CASE("a batch that is sound, or has other bytes than lines in it, is left alone", "[batch_mending]") {
  const std::string batch = events().bytes();
  CHECK(mend(batch, {}).pieces == 0);
  CHECK(mend(batch, {{70, std::string(20, '\xff')}}).pieces == 0);
  CHECK(mend(batch, {{71, std::string("\0\0\0\0\0\0\0\0\0\xff", 10)}}).pieces == 0);
}

TEST_CASE("text is not taken out where something else than a batch would follow then", "[batch_mending]") {
  const std::string batch = events().bytes();
  const Bytes all = bytes_of(std::string(batch).insert(71, "a line\n") + "\x01 what follows");
  std::uint64_t effort = kMendingEffort;
  const auto never = [](ByteSpan) { return false; };
  CHECK(find_text_inside(all, batch.size(), effort, never).empty());
}

TEST_CASE("a search for text costs effort, and there is none without", "[batch_mending]") {
  const std::string batch = events().bytes();
  const std::vector<Piece> pieces = {{71, "a line\n"}};
  const Mended mended = mend(batch, pieces);
  REQUIRE(mended.pieces == 1);
  CHECK(mended.effort < kMendingEffort);
  CHECK(mended.effort > kMendingEffort - 5000);
  CHECK(mend(batch, pieces, 0).pieces == 0);
  CHECK(mend(batch, pieces, 2).pieces == 0);
}

TEST_CASE("of hostile input no more is tried than the effort allows", "[batch_mending]") {
  constexpr std::uint64_t kEffort = 20'000;
  // Every byte is the end of a line, or of an event; and nothing comes of any of it.
  const std::string hostile = GENERATE(std::string(60'000, '\n'), std::string(60'000, 'A'), [] {
    std::string bytes;
    while (bytes.size() < 60'000) bytes += "%\n\n\v\v\n4";
    return bytes;
  }());
  const Mended mended = mend(hostile, {}, kEffort);
  CHECK(mended.pieces == 0);
  CHECK(mended.looks_behind <= kEffort);
  // What is left of the effort is left for later batches.
  CHECK(mended.effort <= kEffort);
}

TEST_CASE("mended data is in memory of its own, and the batch stays where it was", "[batch_mending]") {
  Batch batch;
  batch.header.thread = 7;
  batch.offset = 1234;
  batch.index = 5;
  Bytes data = {1, 2, 3};
  const Batch changed = with_data(batch, data);
  data[0] = 9;
  CHECK(Bytes(changed.data.begin(), changed.data.end()) == Bytes{1, 2, 3});
  CHECK(changed.header.thread == 7);
  CHECK(changed.offset == 1234);
  CHECK(changed.index == 5);
  CHECK(with_data(batch, {}).data.empty());
}

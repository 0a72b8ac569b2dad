#include "export/wire_text.h"

#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "export/assemble.h"
#include "format/header.h"
#include "format/varint.h"

using namespace tracecheck;
using namespace std::string_literals;

namespace {

struct Wire {
  std::string text;
  WireTextResult result;
};

std::unique_ptr<ByteSource> source_of(const std::string& bytes) { return open_bytes({bytes.begin(), bytes.end()}); }

Wire wire(ByteSource& source) {
  Wire out;
  out.result = write_wire_text(source, [&out](std::string_view text) {
    out.text += text;
    return true;
  });
  CHECK_FALSE(out.result.stopped);
  CHECK((out.result.verdict == Verdict::Complete) == out.result.message.empty());
  return out;
}

Wire wire(const std::string& bytes) { return wire(*source_of(bytes)); }

std::string assemble(const std::string& text) {
  std::string bytes;
  const AssembleResult result = assemble_text(*source_of(text), [&bytes](std::string_view part) {
    bytes += part;
    return true;
  });
  INFO(result.line << ": " << result.message);
  REQUIRE(result.status == AssembleResult::Status::Done);
  return bytes;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> fixtures(const char* folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TESTDATA) / folder)) {
    if (entry.path().extension() == ".trace") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  REQUIRE_FALSE(paths.empty());
  return paths;
}

// Two generations, and a batch of each kind.
std::string small_trace() {
  return assemble(
      "Trace Go1.26\n"
      "EventBatch gen=1 m=18446744073709551615 time=10 size=11\n"
      "Sync\nFrequency freq=15625000\nClockSnapshot dt=1 mono=2 sec=3 nsec=4\n"
      "EventBatch gen=1 m=7 time=20 size=6\n"
      "GoDestroy dt=1\nGoStart dt=1 g=1 g_seq=2\n"
      "ExperimentalBatch exp=1 gen=1 m=7 time=20\n\tdata=\"\\x00data\"\n"
      "EventBatch gen=1 m=18446744073709551615 time=30 size=11\n"
      "Stacks\nStack id=1 nframes=1\n\tpc=1 func=1 file=1 line=1\nStack id=2 nframes=0\n"
      "EventBatch gen=1 m=18446744073709551615 time=30 size=5\n"
      "Strings\nString id=1\n\tdata=\"f\"\n"
      "EndOfGeneration\n"
      "EventBatch gen=2 m=18446744073709551615 time=40 size=11\n"
      "Sync\nFrequency freq=15625000\nClockSnapshot dt=1 mono=2 sec=3 nsec=4\n"
      "EndOfGeneration\n");
}

bool is_prefix(const std::string& part, const std::string& whole) { return whole.compare(0, part.size(), part) == 0; }

}  // namespace

TEST_CASE("Whole traces come back byte for byte through their text", "[wire][assemble][fixtures]") {
  for (const auto& path : fixtures("ok")) {
    INFO(path);
    const std::string bytes = read_file(path);
    const Wire out = wire(bytes);
    if (out.result.verdict == Verdict::NotJudged) {
      // The AllocFree experiment has no text form before 1.26.
      CHECK(path.filename().string().find("allocfree") != std::string::npos);
      CHECK(is_prefix(assemble(out.text), bytes));
      continue;
    }
    CHECK(out.result.verdict == Verdict::Complete);
    const bool identical = assemble(out.text) == bytes;
    CHECK(identical);
  }
}

TEST_CASE("The text of a damaged trace is the text of its beginning", "[wire][assemble][fixtures]") {
  for (const char* folder : {"truncated", "corrupt"}) {
    for (const auto& path : fixtures(folder)) {
      INFO(path);
      const std::string bytes = read_file(path);
      const Wire out = wire(bytes);
      if (out.text.empty()) {
        CHECK(out.result.verdict != Verdict::Complete);
        continue;
      }
      const std::string beginning = assemble(out.text);
      CHECK(wire(beginning).text == out.text);
      // Zeros in the middle of a number pad it, which the text does not keep.
      const std::string name = path.filename().string();
      const bool padded = name.find("hole") != std::string::npos || name.find("nul-tail") != std::string::npos;
      const bool begins = is_prefix(beginning, bytes);
      CHECK((begins || padded));
      if (folder == "truncated"s) CHECK(out.result.verdict == Verdict::Truncated);
    }
  }
}

TEST_CASE("Cut at every byte the text never shrinks and is a beginning of the whole", "[wire]") {
  const std::string bytes = small_trace();
  const std::string whole = wire(bytes).text;
  REQUIRE(assemble(whole) == bytes);
  std::string before;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    INFO(cut);
    const Wire out = wire(bytes.substr(0, cut));
    REQUIRE(is_prefix(out.text, whole));
    REQUIRE(is_prefix(before, out.text));
    before = out.text;
    // After the first marker, and with the sync batch alone behind it, nothing is missing.
    const bool may_end =
        out.text.find("EndOfGeneration\n") != std::string::npos && out.result.verdict == Verdict::Complete;
    if (!may_end) {
      CHECK(out.result.verdict == Verdict::Truncated);
      REQUIRE(out.result.damage);
      CHECK(out.result.damage->offset <= cut);
    }
  }
}

TEST_CASE("The place where the text ends is told", "[wire]") {
  const std::string header = header_bytes(GoVersion::Go126);
  const std::string batch =
      assemble("Trace Go1.26\nEventBatch gen=1 m=7 time=20 size=6\nGoDestroy dt=1\nGoStart dt=1 g=1 g_seq=2\n");
  const std::size_t data = kHeaderSize + 14;
  struct Case {
    std::string bytes;
    Verdict verdict;
    DamageCode code;
    std::uint64_t offset;
  };
  const Case cases[] = {
      {"", Verdict::Truncated, DamageCode::Empty, 0},
      {header.substr(0, 9), Verdict::Truncated, DamageCode::HeaderCut, 0},
      {header, Verdict::Truncated, DamageCode::NoGeneration, 16},
      {batch, Verdict::Truncated, DamageCode::IncompleteGeneration, batch.size()},
      {batch.substr(0, batch.size() - 1), Verdict::Truncated, DamageCode::BatchCut, data + 2},
      {batch + "\x01\x01", Verdict::Truncated, DamageCode::BatchHeaderCut, batch.size()},
      {batch + "\x31", Verdict::Truncated, DamageCode::BatchHeaderCut, batch.size()},
      {batch + std::string(100, '\0'), Verdict::Truncated, DamageCode::NulTail, batch.size()},
      {batch.substr(0, data + 2) + std::string(4, '\0') + batch.substr(16), Verdict::Corrupt, DamageCode::BadEventType,
       data + 2},
      {batch + "\x02", Verdict::Corrupt, DamageCode::NotABatch, batch.size()},
      {batch + "hello\n" + batch.substr(16), Verdict::Corrupt, DamageCode::ForeignBytes, batch.size()},
      {batch + header + batch.substr(16), Verdict::Corrupt, DamageCode::SecondHeader, batch.size()},
      {"hello\n" + batch, Verdict::Corrupt, DamageCode::ForeignBytes, 0},
  };
  for (const Case& item : cases) {
    INFO(damage_code_name(item.code));
    const Wire out = wire(item.bytes);
    CHECK(out.result.verdict == item.verdict);
    REQUIRE(out.result.damage);
    INFO(damage_code_name(out.result.damage->code) << ": " << out.result.message);
    CHECK(out.result.damage->code == item.code);
    CHECK(out.result.damage->offset == item.offset);
  }
  CHECK(wire("go 1.21 trace\0\0\0"s).result.verdict == Verdict::NotJudged);
  CHECK(wire("go 1.27 trace\0\0\0"s).result.verdict == Verdict::NotJudged);
  CHECK(wire("\x7f"
             "ELF, and more than a header's length")
            .result.verdict == Verdict::NotATrace);
}

TEST_CASE("Batches of an impossible generation are not taken for the trace's", "[wire]") {
  const std::string first = assemble("Trace Go1.22\nEventBatch gen=1 m=7 time=20 size=2\nGoDestroy dt=1\n");
  for (const char* gen : {"0", "3"}) {
    const std::string next = assemble("Trace Go1.22\nEventBatch gen="s + gen + " m=7 time=20 size=2\nGoDestroy dt=1\n");
    const Wire out = wire(first + next.substr(kHeaderSize));
    CHECK(out.result.verdict == Verdict::Corrupt);
    CHECK(out.text == "Trace Go1.22\nEventBatch gen=1 m=7 time=20 size=2\nGoDestroy dt=1\n");
  }
}

TEST_CASE("A sink that takes no more ends the text quietly", "[wire][assemble]") {
  int calls = 0;
  const WireTextResult result =
      write_wire_text(*source_of(small_trace()), [&calls](std::string_view) { return ++calls < 2; });
  CHECK(result.stopped);
  CHECK(calls == 2);
  const AssembleResult assembled = assemble_text(*source_of("Trace Go1.26\n"), [](std::string_view) { return false; });
  CHECK(assembled.status == AssembleResult::Status::Stopped);
}

TEST_CASE("A packed trace that is cut or damaged gives the text of what could be unpacked", "[wire]") {
  const std::string bytes = small_trace();
  const std::string whole = wire(bytes).text;
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(1000, '\0');
  std::string input = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);

  CHECK(wire(packed).text == whole);
  for (std::size_t cut = 2; cut < packed.size(); ++cut) {
    const Wire out = wire(packed.substr(0, cut));
    CHECK(is_prefix(out.text, whole));
    CHECK(out.result.verdict == Verdict::Truncated);
  }
  packed[packed.size() - 8] ^= 1;
  const Wire damaged = wire(packed);
  CHECK(damaged.text == whole);
  CHECK(damaged.result.verdict == Verdict::Unreadable);
  CHECK(damaged.result.message.find("checksum") != std::string::npos);

  CHECK(wire(*open_file("/no/such/file")).result.message == "no such file");
}

TEST_CASE("Assembling tells a bad text from one that cannot be read", "[assemble]") {
  const auto ignore = [](std::string_view) { return true; };
  AssembleResult result = assemble_text(*source_of("Trace Go1.26\n\nNope\n"), ignore);
  CHECK(result.status == AssembleResult::Status::BadText);
  CHECK(result.line == 3);
  result = assemble_text(*open_file("/"), ignore);
  CHECK(result.status == AssembleResult::Status::Unreadable);
  CHECK(result.message == "is a directory");
  // A trace instead of a text: one endless line, of which little is read.
  result = assemble_text(*source_of(std::string(100000, 'x')), ignore);
  CHECK(result.status == AssembleResult::Status::BadText);
  CHECK(result.line == 1);
  CHECK(result.message.find("the first line should be like") == 0);
}

TEST_CASE("Lines are put together wherever chunks break them", "[assemble]") {
  // Lines of all lengths, some longer than a read.
  std::string text = "Trace Go1.26\n";
  std::string expected = header_bytes(GoVersion::Go126);
  for (std::size_t size = 1; size < 400000; size += 9973) {
    const std::string data(size, 'x');
    text += "String id=1\n\tdata=\"" + data + "\"\n";
    expected += "\x05\x01";
    append_varint(expected, size);
    expected += data;
  }
  const bool same = assemble(text) == expected;
  CHECK(same);
}

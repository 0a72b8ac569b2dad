#include "format/text_assembler.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "format/header.h"

using namespace tracecheck;
using namespace std::string_literals;

namespace {

struct Assembled {
  bool ok = true;
  std::string bytes;
  TextError error;
};

Assembled assemble(std::string_view text) {
  Assembled result;
  TextAssembler assembler;
  while (result.ok && !text.empty()) {
    const std::size_t end = text.find('\n');
    result.ok = assembler.add_line(text.substr(0, end), result.bytes);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  result.ok = result.ok && assembler.finish(result.bytes);
  result.error = assembler.error();
  return result;
}

// The bytes behind the header.
std::string bytes_of(const std::string& lines, GoVersion version = GoVersion::Go126) {
  const Assembled result = assemble("Trace Go1." + std::to_string(minor_of(version)) + "\n" + lines);
  INFO(result.error.message);
  REQUIRE(result.ok);
  REQUIRE(result.bytes.substr(0, kHeaderSize) == header_bytes(version));
  return result.bytes.substr(kHeaderSize);
}

}  // namespace

TEST_CASE("Events become their bytes", "[assemble]") {
  CHECK(bytes_of("") == "");
  CHECK(bytes_of("GoStart dt=1 g=300 g_seq=2\n") == "\x10\x01\xac\x02\x02");
  CHECK(bytes_of("Sync\nStrings\nStacks\nCPUSamples\nEndOfGeneration\n") == "\x32\x04\x02\x06\x34");
  CHECK(bytes_of("ClockSnapshot dt=1 mono=2 sec=3 nsec=4") == "\x33\x01\x02\x03\x04");
  CHECK(bytes_of("SpanFree dt=1 id=2") == "\x82\x01\x02");
  CHECK(bytes_of("HeapAlloc dt=0 heapalloc_value=18446744073709551615") ==
        "\x25\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

TEST_CASE("Sizes of batches take ten bytes", "[assemble]") {
  CHECK(bytes_of("EventBatch gen=1 m=2 time=3 size=5\n") == "\x01\x01\x02\x03\x85\x80\x80\x80\x80\x80\x80\x80\x80\0"s);
  CHECK(bytes_of("ExperimentalBatch exp=1 gen=2 m=3 time=4\n\tdata=\"ab\"\n") ==
        "\x31\x01\x02\x03\x04\x82\x80\x80\x80\x80\x80\x80\x80\x80\0ab"s);
  CHECK(bytes_of("ExperimentalBatch exp=1 gen=2 m=3 time=4\n") ==
        "\x31\x01\x02\x03\x04\x80\x80\x80\x80\x80\x80\x80\x80\x80\0"s);
}

TEST_CASE("Strings take their data from the next line", "[assemble]") {
  CHECK(bytes_of("String id=7\n\tdata=\"a\\x00b\"\n") ==
        "\x05\x07\x03"
        "a\0b"s);
  CHECK(bytes_of("String id=7\n  data\t=\xc2\xa0`raw #1` \r\n") == "\x05\x07\x06raw #1");
  CHECK(bytes_of("String id=7\n\n# a comment\ndata='x'") == "\x05\x07\x01x");
  CHECK(bytes_of("String id=7\ndata=\"\"\n") == "\x05\x07\0"s);
}

TEST_CASE("A missing data line is empty data", "[assemble]") {
  CHECK(bytes_of("String id=7\n") == "\x05\x07\0"s);
  CHECK(bytes_of("String id=7\nString id=8\n\tdata=\"x\"\nEndOfGeneration") == "\x05\x07\0\x05\x08\x01x\x34"s);
}

TEST_CASE("Lines may be long", "[assemble]") {
  const std::string data(300000, 'x');
  const std::string bytes = bytes_of("String id=1\n\tdata=\"" + data + "\"\n");
  CHECK(bytes == "\x05\x01\xe0\xa7\x12" + data);
}

TEST_CASE("Stacks take their frames from the next lines", "[assemble]") {
  CHECK(bytes_of("Stack id=5 nframes=2\n\tpc=1 func=2 file=3 line=4\n\n#\n\tpc=5 func=6 file=7 line=8\nSync\n") ==
        "\x03\x05\x02\x01\x02\x03\x04\x05\x06\x07\x08\x32");
  CHECK(bytes_of("Stack id=5 nframes=0\nSync") == "\x03\x05\0\x32"s);
}

TEST_CASE("Blank lines, comments and any white space are passed over", "[assemble]") {
  CHECK(bytes_of("\n \t\r\n# comment\n   # another\nSync\r\n\xe3\x80\x80Sync\xc2\xa0\n") == "\x32\x32");
  CHECK(assemble("# first\n\n Trace\tGo1.26 \r\n").bytes == header_bytes(GoVersion::Go126));
}

TEST_CASE("Bad texts are refused with the line and a sentence", "[assemble]") {
  struct Case {
    const char* text;
    std::uint64_t line;
    const char* message;
  };
  const Case cases[] = {
      {"", 0, "the text is empty"},
      {"\n# only this\n", 2, "the text is empty"},
      {"hello\n", 1, "the first line should be like \"Trace Go1.26\", but it is \"hello\""},
      {"Trace 1.26\n", 1, "the first line should be like"},
      {"Trace Go1.x\n", 1, "the first line should be like"},
      {"Trace Go1.\n", 1, "the first line should be like"},
      {"go 1.26 trace", 1, "the first line should be like"},
      {"Trace Go1.21\n", 1, "Go 1.21 has another trace format, without a text form"},
      {"Trace Go1.24\n", 1, "the trace version Go 1.24 is not known"},
      {"Trace Go1.282\n", 1, "the trace version Go 1.282 is not known"},
      {"Trace Go1.26 more\n", 1, "the first line goes on after the version: \"more\""},
      {"Trace Go1.26 # no\n", 1, "the first line goes on after the version: \"# no\""},
      {"Trace Go1.26\n\nNope dt=1\n", 3, "there is no event called \"Nope\""},
      {"Trace Go1.26\nsync\n", 2, "there is no event called \"sync\""},
      {"Trace Go1.26\n\tdata=\"x\"\n", 2, "there is no event called \"data=\\\"x\\\"\""},
      {"Trace Go1.22\nGoSwitch dt=1 g=1 g_seq=1\n", 2, "the text form of Go 1.22 has no GoSwitch"},
      {"Trace Go1.25\nSpanFree dt=1 id=1\n", 2, "the text form of Go 1.25 has no SpanFree"},
      {"Trace Go1.26\nGoStart dt=1 g=1\n", 2, "the argument g_seq of GoStart is missing"},
      {"Trace Go1.26\nGoStart dt=1 # g=1\n", 2, "the argument g of GoStart is missing"},
      {"Trace Go1.26\nGoStart g=1 dt=1 g_seq=1\n", 2,
       "the argument dt of GoStart should be here, but there is \"g=1\""},
      {"Trace Go1.26\nGoStart dt = 1\n", 2, "the argument dt of GoStart should be here, but there is \"dt\""},
      {"Trace Go1.26\nGoStart dt=-1 g=1 g_seq=1\n", 2,
       "the argument dt of GoStart is not a whole number of up to 64 bits: \"-1\""},
      {"Trace Go1.26\nGoStart dt=18446744073709551616 g=1 g_seq=1\n", 2,
       "the argument dt of GoStart is not a whole number"},
      {"Trace Go1.26\nGoStart dt=1 g=1 g_seq=\n", 2, "the argument g_seq of GoStart is not a whole number"},
      {"Trace Go1.26\nSync dt=1\n", 2, "nothing more belongs to Sync, but there is \"dt=1\""},
      {"Trace Go1.26\nSync # comment\n", 2, "nothing more belongs to Sync, but there is \"# comment\""},
      {"Trace Go1.26\nStack id=1 nframes=2\n pc=1 func=1 file=1 line=1\n", 3,
       "the text ends inside a stack, 1 frames early"},
      {"Trace Go1.26\nStack id=1 nframes=1\nSync\n", 3, "the argument pc of a stack's frame should be here"},
      {"Trace Go1.26\nString id=1\n\tdata=x\n", 3, "the data is not one quoted text: \"data=x\""},
      {"Trace Go1.26\nString id=1\n\tdata\n", 3, "the data is not one quoted text: \"data\""},
      {"Trace Go1.26\nString id=1\n\tdata=\"x\" # no\n", 3, "the data is not one quoted text"},
  };
  for (const Case& bad : cases) {
    INFO(bad.text);
    const Assembled result = assemble(bad.text);
    CHECK_FALSE(result.ok);
    CHECK(result.error.line == bad.line);
    INFO(result.error.message);
    CHECK(result.error.message.find(bad.message) == 0);
  }
}

#include "export/ndjson.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "export/json_document.h"
#include "reader/stack_table.h"

using namespace tracecheck;

namespace {

constexpr std::string_view kContext = R"("time":5,"thread":1,"proc":2,"goroutine":3,)";

Event event_of(EventBody body) {
  Event event;
  event.time = 1005;
  event.thread = 1;
  event.proc = 2;
  event.goroutine = 3;
  event.body = body;
  return event;
}

Sync sync_of(std::uint64_t n) {
  Sync sync;
  sync.n = n;
  return sync;
}

std::string line(const Event& event, NdjsonOptions options = {.start = 1000}) {
  std::string out;
  append_ndjson(out, event, options);
  return out;
}

// What is between the context and the stack.
std::string body(EventBody body) {
  const Event event = event_of(body);
  const std::string text = line(event);
  const std::string before =
      R"({"kind":")" + std::string(event_kind_name(event.kind())) + "\"," + std::string(kContext);
  const std::string after = "\"stack\":null}\n";
  REQUIRE(text.starts_with(before));
  REQUIRE(text.ends_with(after));
  return text.substr(before.size(), text.size() - before.size() - after.size());
}

// Stack 1: f and g; stack 2: no frames.
class Stacks {
 public:
  Stacks() {
    for (const std::string_view text : {"f", "g", "a.go"}) {
      strings_.insert(strings_.size() + 1, Text{text.data(), static_cast<std::uint32_t>(text.size())});
    }
    table_.append_frame({~0ULL, 1, 3, 10});
    table_.append_frame({5, 2, 3, ~0ULL});
    table_.insert(1, 2);
    table_.insert(2, 0);
  }
  Stack operator[](std::uint64_t id) const { return table_.stack(id); }

 private:
  StringTable strings_;
  StackTable table_{strings_};
};

constexpr std::string_view kStack1 = R"([{"pc":"18446744073709551615","func":"f","file":"a.go","line":10},)"
                                     R"({"pc":"5","func":"g","file":"a.go","line":"18446744073709551615"}])";

}  // namespace

TEST_CASE("What all events have", "[ndjson]") {
  Event event = event_of(StackSample{});
  CHECK(line(event) == R"({"kind":"StackSample","time":5,"thread":1,"proc":2,"goroutine":3,"stack":null})"
                       "\n");
  event.thread = event.proc = event.goroutine = kNone;
  CHECK(line(event) == R"({"kind":"StackSample","time":5,"thread":null,"proc":null,"goroutine":null,"stack":null})"
                       "\n");
  event.thread = -2;
  event.proc = (1LL << 53) + 1;
  CHECK(line(event).find(R"("thread":"18446744073709551614","proc":"9007199254740993","goroutine":null)") !=
        std::string::npos);
}

TEST_CASE("Times count from the start, and wrap with a hostile trace", "[ndjson]") {
  Event event = event_of(StackSample{});
  event.time = INT64_MIN;
  CHECK(line(event, {.start = 1}).find(R"("time":"9223372036854775807")") != std::string::npos);
  event.time = 10;
  CHECK(line(event, {.start = 15}).find(R"("time":-5,)") != std::string::npos);
}

TEST_CASE("Every kind of event has its members", "[ndjson]") {
  CHECK(body(Metric{"/m", ~0ULL}) == R"("name":"/m","value":"18446744073709551615",)");
  CHECK(body(Label{"l", {ResourceKind::Goroutine, 4}}) == R"("label":"l","resource":{"kind":"Goroutine","id":4},)");
  CHECK(body(RangeBegin{{RangeType::StopTheWorld, "start trace", {ResourceKind::Goroutine, 4}}}) ==
        R"x("name":"stop-the-world (start trace)","resource":{"kind":"Goroutine","id":4},)x");
  CHECK(body(RangeActive{{RangeType::GCMark, "", {}}}) ==
        R"("name":"GC concurrent mark phase","resource":{"kind":"None","id":null},)");
  RangeEnd end{{RangeType::GCSweep, "", {ResourceKind::Proc, 0}}};
  CHECK(body(end) == R"("name":"GC incremental sweep","resource":{"kind":"Proc","id":0},"attributes":[],)");
  end.has_attributes = true;
  end.bytes_swept = 1;
  end.bytes_reclaimed = ~0ULL;
  CHECK(body(end) ==
        R"("name":"GC incremental sweep","resource":{"kind":"Proc","id":0},"attributes":[)"
        R"({"name":"bytes swept","value":"1"},{"name":"bytes reclaimed","value":"18446744073709551615"}],)");
  CHECK(body(TaskBegin{{1, kBackgroundTask, "t"}}) == R"("id":1,"parent":0,"type":"t",)");
  CHECK(body(TaskEnd{{~0ULL - 1, kNoTask, ""}}) == R"("id":"18446744073709551614","parent":null,"type":"",)");
  CHECK(body(RegionBegin{{kNoTask, "r"}}) == R"("task":null,"type":"r",)");
  CHECK(body(RegionEnd{{7, "r"}}) == R"("task":7,"type":"r",)");
  CHECK(body(Log{0, "c", "m\xff"}) ==
        "\"task\":0,\"category\":\"c\",\"message\":\"m\xef\xbf\xbd\",\"message_base64\":\"bf8=\",");
  CHECK(body(StateTransition{{ResourceKind::Goroutine, 1}, State::Running, State::Waiting, "sleep", {}}) ==
        R"("resource":{"kind":"Goroutine","id":1},"from":"Running","to":"Waiting",)"
        R"("reason":"sleep","resource_stack":null,)");
  Experimental experimental{"AllocFree", "Span", {}, 2};
  experimental.arguments = {{{"id", 1}, {"npages_value", ~0ULL}}};
  CHECK(body(experimental) == R"("experiment":"AllocFree","name":"Span","arguments":[)"
                              R"({"name":"id","value":"1"},{"name":"npages_value","value":"18446744073709551615"}],)");
}

TEST_CASE("Sync events have their clocks and batches", "[ndjson]") {
  CHECK(body(sync_of(2)) == R"("n":2,"clock_snapshot":null,"experimental_batches":[],)");
  const std::vector<std::uint8_t> data = {1, 2, 3, 255};
  const std::array<ExperimentalBatch, 2> batches = {{{1, 7, data}, {9, kNone, {}}}};
  Sync sync = sync_of(1);
  sync.experimental_batches = batches;
  sync.clock_snapshot = ClockSnapshot{-5, ~0ULL, 1700000000, 500000000};
  CHECK(
      body(sync) ==
      R"("n":1,"clock_snapshot":{"trace":"-5","wall":"2023-11-14T22:13:20.500000000Z","mono":"18446744073709551615"},)"
      R"("experimental_batches":[{"experiment":"AllocFree","thread":7,"data_base64":"AQID/w=="},)"
      R"({"experiment":"experiment 9","thread":null,"data_base64":""}],)");
}

TEST_CASE("A stack without frames is not a missing one", "[ndjson]") {
  const Stacks stacks;
  Event event = event_of(StackSample{});
  event.stack = stacks[2];
  CHECK(line(event).ends_with(R"(,"stack":[]})"
                              "\n"));
  event.stack = stacks[1];
  CHECK(line(event).ends_with(R"(,"stack":)" + std::string(kStack1) + "}\n"));
}

TEST_CASE("Stacks can be left out", "[ndjson]") {
  const Stacks stacks;
  Event event = event_of(StateTransition{{ResourceKind::Goroutine, 1}, State::Running, State::Waiting, "", stacks[1]});
  event.stack = stacks[1];
  const std::string bare = line(event, {.with_stacks = false});
  CHECK(bare.find("stack") == std::string::npos);
  CHECK(bare.ends_with("\"reason\":\"\"}\n"));
}

TEST_CASE("Remembered stacks are written as others are", "[ndjson]") {
  const Stacks stacks;
  StackCache cache;
  for (int round = 0; round < 2; ++round) {
    for (const std::uint64_t id : {0, 1, 2, 1}) {
      std::string direct;
      append_stack_json(direct, stacks[id]);
      std::string cached = "x";
      cache.append(cached, stacks[id]);
      CHECK(cached == "x" + direct);
    }
  }
}

TEST_CASE("In the next generation an id is another stack", "[ndjson]") {
  const Stacks stacks;
  StringTable none;
  StackTable others(none);
  others.insert(1, 0);
  StackCache cache;
  std::string out;
  cache.append(out, stacks[1]);
  cache.clear();
  out.clear();
  cache.append(out, others.stack(1));
  CHECK(out == "[]");
}

TEST_CASE("The Trace object has the clock of time 0", "[ndjson]") {
  std::string out;
  append_trace_json(out, GoVersion::Go122, nullptr);
  CHECK(out == R"({"kind":"Trace","schema":"tracecheck.events/1","go_version":"1.22","start":null,"wall":null})");

  Event first = event_of(sync_of(1));
  out.clear();
  append_trace_json(out, GoVersion::Go123, &first);
  CHECK(out == R"({"kind":"Trace","schema":"tracecheck.events/1","go_version":"1.23","start":"1005","wall":null})");

  // The snapshot was taken 995 ns after the start.
  Sync sync = sync_of(1);
  sync.clock_snapshot = ClockSnapshot{2000, 1, 1700000000, 900};
  first.body = sync;
  out.clear();
  append_trace_json(out, GoVersion::Go126, &first);
  CHECK(out == R"({"kind":"Trace","schema":"tracecheck.events/1","go_version":"1.26","start":"1005",)"
               R"("wall":"2023-11-14T22:13:19.999999905Z"})");
}

TEST_CASE("A document has commas between its events only", "[ndjson]") {
  for (const int count : {0, 1, 3}) {
    SalvageReader reader(open_bytes({}));
    CHECK(reader.next() == nullptr);
    JsonDocumentFormat format({});
    std::string out;
    format.begin(out, reader, nullptr);
    for (int i = 0; i < count; ++i) {
      format.separate(out);
      format.event(out, event_of(StackSample{}));
    }
    format.end(out, reader, 3);
    const auto document = nlohmann::json::parse(out);
    CHECK(document["trace"].is_null());
    CHECK(document["events"].size() == static_cast<std::size_t>(count));
    CHECK(document["verdict"]["verdict"] == "truncated");
  }
}

// Where reading goes on behind damage, and what is known of the damage then.
#include "crash/resync.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "format/header.h"
#include "reader/cut.h"
#include "reader/generation_reader.h"
#include "tests/support/read_trace.h"

using namespace tracecheck;
using namespace tracecheck::testing;
using T = EventType;
using Next = Resync::Next;

namespace {

// Reads up to the first damage and goes on behind it, once.
class Resumed {
 public:
  explicit Resumed(const TraceBuilder& trace) : source_(open_bytes(trace.bytes())), framer_(*source_) {
    framer_.peek(kHeaderSize);
    framer_.skip(kHeaderSize);
    GenerationReader reader(framer_, trace.version());
    std::uint64_t last = 0;
    for (;;) {
      GenerationReader::Result read = reader.next();
      std::optional<Damage> damage = damage_of(read, framer_);
      if (!damage) {
        REQUIRE_FALSE(read.last);
        last = read.generation->id();
        continue;
      }
      REQUIRE_FALSE(read.closed);
      first = *damage;
      generation = std::move(read.generation);
      break;
    }
    Resync resync(framer_, trace.version(), effort_);
    next = resync.read_rest(generation, last, first);
    more = resync.damage();
  }

  std::uint64_t offset() const { return framer_.offset(); }
  std::uint64_t batches() const { return generation ? generation->batches() : 0; }
  std::string text(std::uint64_t id) const {
    const Text* text = generation->text(id);
    return text == nullptr ? "none" : std::string(text->view());
  }
  // The data of a thread's batches.
  std::string events(std::size_t thread = 0) const {
    std::string data;
    for (const EventBatch& batch : generation->threads().at(thread).batches) {
      data.append(reinterpret_cast<const char*>(batch.data.data()), batch.data.size());
    }
    return data;
  }

  std::unique_ptr<Generation> generation;
  Damage first;
  std::vector<Damage> more;
  Next next = Next::End;

 private:
  std::unique_ptr<ByteSource> source_;
  Framer framer_;
  std::uint64_t effort_ = kMendingEffort;
};

// Two generations of four batches each: the clock's, one of thread 1, stacks, strings.
TraceBuilder two() { return whole_trace(GoVersion::Go126, 2, Sizes::Padded); }
constexpr std::size_t kThread = 1;
constexpr std::size_t kStacks = 2;
constexpr std::size_t kSecond = 4;  // the second generation's first

std::string data_of(const TraceBuilder& trace, std::size_t batch) {
  return trace.text().substr(trace.data(batch), trace.data_end(batch) - trace.data(batch));
}

// The first generation has all its batches, and the second one comes next, `moved` by what was inserted.
void check_all_came(const Resumed& r, const TraceBuilder& before, std::size_t moved) {
  CHECK(r.next == Next::Generation);
  CHECK(r.batches() == 4);
  CHECK(r.offset() == before.batch(kSecond) + moved);
  CHECK(r.events() == data_of(before, kThread));
  CHECK(r.text(5) == "message");
  CHECK(r.more.empty());
}

const std::string kJunk = "\xfe\xfd\x01\x02\xfc\xfb";

}  // namespace

TEST_CASE("behind junk the next batch goes on", "[resync]") {
  const TraceBuilder trace = two();
  const std::size_t at = trace.batch(kStacks);
  const Resumed r(TraceBuilder(trace).insert_at(at, kJunk));
  check_all_came(r, trace, kJunk.size());
  CHECK(r.first.offset == at);
  CHECK(r.first.length == kJunk.size());
  CHECK(r.first.lost == kJunk.size());
  CHECK(r.first.resumes_at == at + kJunk.size());
}

TEST_CASE("behind junk that is longer than what is looked ahead, the next batch goes on", "[resync]") {
  const TraceBuilder trace = two();
  const std::string junk(300'000, '\xfe');
  const Resumed r(TraceBuilder(trace).insert_at(trace.batch(kStacks), junk));
  CHECK(r.batches() == 4);
  CHECK(r.next == Next::Generation);
  std::uint64_t lost = r.first.lost;
  for (const Damage& damage : r.more) lost += damage.lost;
  CHECK(lost == junk.size());
}

TEST_CASE("junk in two places is damage twice", "[resync]") {
  const TraceBuilder trace = two();
  const Resumed r(TraceBuilder(trace).insert_at(trace.batch(3), kJunk).insert_at(trace.batch(kThread), kJunk));
  CHECK(r.batches() == 4);
  REQUIRE(r.more.size() == 1);
  CHECK(r.more[0].offset == trace.batch(3) + kJunk.size());
  CHECK(r.more[0].lost == kJunk.size());
}

TEST_CASE("a hole of zeros costs the batches that it touches", "[resync]") {
  const TraceBuilder trace = two();
  const std::size_t hole = trace.data(kThread) + 3;
  const std::size_t end = trace.data(kStacks) + 5;
  const Resumed r(TraceBuilder(trace).zero_from(hole, end - hole));
  CHECK(r.next == Next::Generation);
  CHECK(r.text(5) == "message");
  CHECK(r.generation->stacks().size() == 0);
  CHECK(r.first.offset == trace.batch(kStacks));
  CHECK(r.first.resumes_at == trace.batch(kStacks + 1));
  CHECK(r.offset() == trace.batch(kSecond));
}

TEST_CASE("a batch whose generation was changed, between others of its own, is read as one of them", "[resync]") {
  const TraceBuilder trace = two();
  const std::size_t at = trace.batch(kThread);
  const Resumed r(TraceBuilder(trace).overwrite_at(at + 1, "\x09"));
  check_all_came(r, trace, 0);
  CHECK(r.first.lost == 0);
  CHECK(r.first.resumes_at == trace.data(kThread));
}

TEST_CASE("where batches of another generation follow one another, the one before ends", "[resync]") {
  TraceBuilder trace = TraceBuilder(GoVersion::Go126, Sizes::Padded).open_generation(1, 1000);
  const std::size_t at = trace.size();
  const Resumed r(trace.generation(7, 2000));
  CHECK(r.next == Next::Generation);
  CHECK(r.offset() == at);
  CHECK(r.batches() == 2);
}

TEST_CASE("a header in the middle begins another trace", "[resync]") {
  const TraceBuilder trace = TraceBuilder(two()).cut_at(two().batch(kStacks));
  const std::string junk = GENERATE(std::string(), kJunk);
  const Resumed r(TraceBuilder(trace).raw(junk + two().text()));
  CHECK(r.next == Next::Header);
  CHECK(r.offset() == trace.size() + junk.size());
  CHECK(r.batches() == 2);
}

TEST_CASE("text is passed over, also where its end looks like the begin of a batch or the end of a generation",
          "[resync]") {
  const TraceBuilder trace = two();
  const std::string text = GENERATE("a line\n", "step 1", "level 4", "14", "1\n4\n", "in 1.44");
  INFO(text);
  const std::size_t at = trace.batch(GENERATE(kThread, kStacks));
  const Resumed r(TraceBuilder(trace).insert_at(at, text));
  check_all_came(r, trace, text.size());
  CHECK(r.first.code == DamageCode::ForeignBytes);
  CHECK(r.first.lost == 0);
}

TEST_CASE("a digit 4 between batches further on does not end their generation", "[resync]") {
  const TraceBuilder trace = two();
  const Resumed r(TraceBuilder(trace).insert_at(trace.batch(kStacks), "4").insert_at(trace.batch(kThread), kJunk));
  CHECK(r.batches() == 4);
  CHECK(r.text(5) == "message");
  CHECK(r.more.size() == 1);
}

TEST_CASE("what begins like a batch in junk but has no other behind it is none", "[resync]") {
  const TraceBuilder trace = two();
  const std::string like_a_batch = Records().type(T::EventBatch).number(1).number(1).number(1000).number(3).bytes();
  const std::string junk = kJunk + like_a_batch + "\xfe\xfe\xfe\x01" + kJunk;
  const Resumed r(TraceBuilder(trace).insert_at(trace.batch(kStacks), junk));
  check_all_came(r, trace, junk.size());
  CHECK(r.first.lost == junk.size());
}

TEST_CASE("text inside a batch is taken out of it", "[resync]") {
  const TraceBuilder trace = two();
  const std::string line = "a line of the program\n";
  const std::size_t at = trace.data(kThread) + 8;
  const Resumed r(TraceBuilder(trace).insert_at(at, line));
  check_all_came(r, trace, line.size());
  CHECK(r.first.code == DamageCode::ForeignBytes);
  CHECK(r.first.offset == at);
  CHECK(r.first.length == line.size());
  CHECK(r.first.lost == 0);
}

TEST_CASE("a batch that lacks bytes does not take the next one with it", "[resync]") {
  const TraceBuilder trace = two();
  const std::size_t cut = trace.data(kThread) + 9;
  TraceBuilder damaged = TraceBuilder(GoVersion::Go126);
  damaged.cut_at(0).raw(trace.text().substr(0, cut) + trace.text().substr(trace.data_end(kThread)));
  const Resumed r(damaged);
  CHECK(r.batches() == 4);
  CHECK(r.text(5) == "message");
  CHECK(r.generation->stacks().size() == 1);
  CHECK(r.events() == data_of(trace, kThread).substr(0, 9));
}

TEST_CASE("a batch that says it is shorter than it is has all of its events", "[resync]") {
  const TraceBuilder trace = two();
  const std::size_t size = trace.data_end(kThread) - trace.data(kThread);
  const std::size_t last_event = Records().event(T::HeapAlloc, 100, {1}).size();
  std::string shorter(1, static_cast<char>((size - last_event - 1) | 0x80U));
  const Resumed r(TraceBuilder(trace).overwrite_at(trace.data(kThread) - 10, shorter));
  check_all_came(r, trace, 0);
  CHECK(r.first.lost == 0);
}

TEST_CASE("a trace in which every LF got a CR is read without them", "[resync]") {
  TraceBuilder trace(GoVersion::Go126, Sizes::Padded);
  Records data;
  for (int i = 0; i < 20; ++i) data.event(T::HeapAlloc, 10, {0xfff});
  trace.batch(1, 1, 1000, data).clock(1, 1000).close_generation(1);
  std::string text = trace.text();
  for (std::size_t at = kHeaderSize; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  const Resumed r(TraceBuilder(trace).cut_at(0).raw(text));
  CHECK(r.events() == data.bytes());
  CHECK(r.batches() == 4);
  CHECK(r.text(5) == "message");
}

TEST_CASE("behind a bad record of a table the others are read", "[resync]") {
  const TraceBuilder trace = two();
  const std::size_t first_record = trace.data(3) + 1;
  const Resumed r(TraceBuilder(trace).overwrite_at(first_record + 1, "\x05"));  // its id: 5 is defined twice
  CHECK(r.next == Next::Generation);
  CHECK(r.batches() == 4);
  CHECK(r.text(1) == "none");
  CHECK(r.text(5) == "message");
  CHECK(r.text(3) == "main.main");
}

TEST_CASE("of a batch in which the stream ends there is what came", "[resync]") {
  const TraceBuilder trace = two();
  const Resumed r(TraceBuilder(trace).cut_at(trace.data(kThread) + 12));
  CHECK(r.next == Next::End);
  CHECK(r.batches() == 2);
  CHECK(r.events() == data_of(trace, kThread).substr(0, 12));
  CHECK(r.more.empty());
}

TEST_CASE("where nothing that could be read follows, that is the end", "[resync]") {
  const TraceBuilder trace = TraceBuilder(two()).cut_at(two().batch(kStacks));
  const Resumed r(TraceBuilder(trace).raw(std::string(500, '\xfe')));
  CHECK(r.next == Next::End);
  CHECK(r.batches() == 2);
  CHECK(r.first.lost == 500);
  CHECK_FALSE(r.first.resumes_at);
}

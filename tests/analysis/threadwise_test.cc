// Verify says the same of a trace whether its generations are checked thread by thread or event by event, in their
// order, and by how many workers; and most are checked thread by thread.
#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>

#include "analysis/verify.h"
#include "export/verify_json.h"
#include "reader/event_stream.h"
#include "reader/forwarding_source.h"
#include "tests/support/random_schedule.h"
#include "tests/support/read_trace.h"
#include "tests/support/trace_builder.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

constexpr std::size_t kAll = 1U << 24U;
constexpr std::uint64_t kAlways = 0;
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

// Gives little at a time, so that what may be put off is not in memory already.
class Sips final : public ForwardingSource {
 public:
  explicit Sips(const Bytes& bytes) : ForwardingSource(open_bytes(bytes)) {}
  std::size_t read(std::uint8_t* to, std::size_t size) override {
    return ForwardingSource::read(to, std::min<std::size_t>(size, 50));
  }
};

// Whose end is lost once it was read for the first time.
class Shrinking final : public ForwardingSource {
 public:
  Shrinking(const Bytes& bytes, std::uint64_t left) : ForwardingSource(std::make_unique<Sips>(bytes)), left_(left) {}
  std::optional<SourceError> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const override {
    const bool header = to.size() <= kMaxBatchHeaderSize + 1;
    if (header || offset + to.size() <= left_) return ForwardingSource::read_at(offset, to);
    return SourceError{SourceError::Kind::Unreadable, "is gone"};
  }

 private:
  std::uint64_t left_;
};

std::string verdict(std::unique_ptr<ByteSource> source, std::uint64_t least_threadwise, unsigned workers = 1) {
  return verify_json(verify(std::move(source), workers, least_threadwise), "trace", 0).dump(1);
}
std::string verdict(const Bytes& bytes, std::uint64_t least_threadwise, unsigned workers = 1) {
  return verdict(open_bytes(bytes), least_threadwise, workers);
}

// The first line that differs, as it is in both; empty if none does.
std::string difference(const std::string& a, const std::string& b) {
  if (a == b) return {};
  const auto at = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const std::size_t line = a.rfind('\n', at) + 1;
  return a.substr(line, a.find('\n', at) - line) + " | " + b.substr(line, b.find('\n', at) - line);
}

// What a check thread by thread says otherwise than one in order: with all in memory, and with events put off; by one
// worker, and by several.
std::string difference(const Bytes& bytes) {
  const std::string in_order = verdict(bytes, kNever);
  for (const unsigned workers : {1U, 2U, 4U}) {
    std::string found = difference(verdict(bytes, kAlways, workers), in_order);
    if (found.empty()) found = difference(verdict(std::make_unique<Sips>(bytes), kAlways, workers), in_order);
    if (!found.empty()) return std::to_string(workers) + " workers: " + found;
  }
  return {};
}

class Counter final : public ThreadwiseCheck::Listener {
 public:
  std::unique_ptr<ThreadwiseCheck::Account> open_account() override {
    ++begun;
    return std::make_unique<Kept>(kept);
  }
  int begun = 0;
  int kept = 0;

 private:
  class Kept final : public ThreadwiseCheck::Account {
   public:
    explicit Kept(int& count) : count_(count) {}
    void see(const OrderedEvent& /*event*/, const Generation& /*generation*/) override {}
    void keep(Time /*newest*/) override { ++count_; }

   private:
    int& count_;
  };
};

void count_checks(const Bytes& bytes, Counter& counter) {
  const std::unique_ptr<ByteSource> source = open_bytes(bytes);
  Framer framer(*source);
  EventStream stream(framer, {});
  stream.check_threadwise(counter, {});
  while (stream.next() != EventStream::Item::End) {
  }
}

// Changes a few bytes, most of them a little.
Bytes mutate(Bytes bytes, std::mt19937& random) {
  const auto below = [&random](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  const std::size_t edits = 1 + below(3);
  for (std::size_t i = 0; i < edits; ++i) {
    std::uint8_t& byte = bytes[16 + below(bytes.size() - 16)];
    switch (below(4)) {
      case 0: byte ^= static_cast<std::uint8_t>(1U << below(8)); break;
      case 1: byte = static_cast<std::uint8_t>(byte + 1); break;
      case 2: byte = static_cast<std::uint8_t>(byte - 1); break;
      default: byte = static_cast<std::uint8_t>(below(64)); break;
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("Every fixture is judged alike thread by thread and in order", "[threadwise]") {
  for (const char* folder : {"ok", "truncated", "corrupt"}) {
    for (const Fixture& fixture : fixtures(folder, kAll)) {
      INFO(folder << "/" << fixture.name);
      CHECK(difference(fixture.bytes) == "");
    }
  }
}

TEST_CASE("Generations of whole traces are checked thread by thread", "[threadwise]") {
  int begun = 0;
  int kept = 0;
  for (const Fixture& fixture : fixtures("ok", kAll)) {
    Counter counter;
    count_checks(fixture.bytes, counter);
    begun += counter.begun;
    kept += counter.kept;
    if (counter.kept < counter.begun) {
      UNSCOPED_INFO(fixture.name << " " << counter.kept << " of " << counter.begun);
    }
  }
  CHECK(begun > 100);
  CHECK(kept >= begun * 19 / 20);
}

TEST_CASE("Whatever threads do to each other, undisturbed it is checked thread by thread", "[threadwise]") {
  int begun = 0;
  int kept = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    RandomSchedule schedule(seed);
    for (int i = 0; i < 3; ++i) schedule.run(120);
    const Bytes bytes = schedule.trace();
    INFO("seed " << seed);
    CHECK(verify(open_bytes(bytes), 1, kNever).verdict == Verdict::Complete);
    CHECK(difference(bytes) == "");
    Counter counter;
    count_checks(bytes, counter);
    begun += counter.begun;
    kept += counter.kept;
  }
  CHECK(begun == 600);
  CHECK(kept >= 550);
}

// Where there are more procs than work this is what a thread does that comes back from a long syscall.
TEST_CASE("A thread that was robbed and tells of another proc, which is idle, is checked thread by thread",
          "[threadwise]") {
  constexpr auto kIdle = static_cast<std::uint64_t>(ProcStatusCode::Idle);
  constexpr auto kProcRuns = static_cast<std::uint64_t>(ProcStatusCode::Running);
  constexpr auto kRuns = static_cast<std::uint64_t>(GoStatusCode::Running);
  Records robbed;
  robbed.event(EventType::ProcStatus, 1, {0, kProcRuns}).event(EventType::GoStatus, 1, {1, 1, kRuns});
  robbed.event(EventType::GoSyscallBegin, 1, {1, 0}).event(EventType::GoSyscallEndBlocked, 50);
  robbed.event(EventType::ProcStatus, 1, {1, kIdle}).event(EventType::ProcStart, 1, {1, 1});
  robbed.event(EventType::GoStart, 1, {1, 1});
  Records thief;
  thief.event(EventType::ProcStatus, 1, {2, kProcRuns}).event(EventType::ProcSteal, 20, {0, 2, 1});
  TraceBuilder trace(GoVersion::Go126);
  trace.clock(1, 1000).batch(1, 1, 1000, robbed).batch(1, 2, 1000, thief).end();
  CHECK(verify(open_bytes(trace.bytes()), 1, kNever).verdict == Verdict::Complete);
  CHECK(difference(trace.bytes()) == "");
  Counter counter;
  count_checks(trace.bytes(), counter);
  CHECK(counter.begun == 1);
  CHECK(counter.kept == 1);
}

TEST_CASE("Disturbed schedules are judged alike thread by thread and in order", "[threadwise]") {
  std::size_t complete = 0;
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    RandomSchedule schedule(seed);
    for (int i = 0; i < 3; ++i) schedule.run(40);
    for (std::uint32_t i = 0; i <= seed % 3; ++i) schedule.disturb();
    const Bytes bytes = schedule.trace();
    INFO("seed " << seed);
    const std::string in_order = verdict(bytes, kNever);
    REQUIRE(difference(bytes) == "");
    if (in_order.find("\"complete\"") != std::string::npos) ++complete;
  }
  // Some disturbances do no harm, others do.
  CHECK(complete > 300);
  CHECK(complete < 2700);
}

TEST_CASE("Mutants are judged alike thread by thread and in order", "[threadwise]") {
  std::mt19937 random(20261125);
  for (const Fixture& fixture : fixtures("ok", 20000)) {
    for (int i = 0; i < 20; ++i) {
      const Bytes mutant = mutate(fixture.bytes, random);
      INFO(fixture.name << " mutant " << i);
      REQUIRE(difference(mutant) == "");
    }
  }
}

TEST_CASE("A file that shrinks while it is read is unreadable, or was read before", "[threadwise]") {
  const Bytes bytes = fixtures("ok", kAll, "go1.26-crasher").front().bytes;
  const std::string whole = verdict(bytes, kNever);
  for (const std::uint64_t least : {kAlways, kNever}) {
    std::size_t unreadable = 0;
    for (std::uint64_t left = 0; left < bytes.size(); left += 13) {
      const VerifyReport report = verify(std::make_unique<Shrinking>(bytes, left), 1, least);
      INFO("at " << left);
      REQUIRE((report.verdict == Verdict::Complete || report.verdict == Verdict::Unreadable));
      if (report.verdict == Verdict::Complete) continue;
      ++unreadable;
      CHECK(report.message == "is gone");
    }
    CHECK(unreadable > 10);
    CHECK(difference(verdict(std::make_unique<Shrinking>(bytes, bytes.size()), least), whole) == "");
  }
}

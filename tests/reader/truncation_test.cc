// Whole traces cut at every byte: never a crash, never "corrupt"; "complete" only where nothing shows the cut;
// and what comes out of whole generations never shrinks as there is more of the trace.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "format/batch.h"
#include "format/header.h"
#include "tests/support/read_trace.h"
#include "tests/support/view_source.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

struct Outcome {
  Verdict verdict = Verdict::Complete;
  std::uint64_t events = 0;
  std::uint64_t whole_events = 0;
  std::vector<GenerationInfo> generations;
  std::optional<GoVersion> version;
  std::size_t damage = 0;
};

Outcome read_cut(std::span<const std::uint8_t> bytes) {
  Reader reader(std::make_unique<ViewSource>(bytes));
  Outcome outcome;
  while (reader.next() != nullptr) ++outcome.events;
  outcome.verdict = reader.verdict();
  outcome.generations = reader.generations();
  outcome.version = reader.version();
  outcome.damage = reader.damage().size();
  for (const GenerationInfo& g : outcome.generations) {
    if (g.state == GenerationState::Whole) outcome.whole_events += g.events;
  }
  return outcome;
}

// FORMAT.md section 10: a cut behind a generation, and from 1.25 on behind the next one's Sync, which is what
// a panic leaves.
std::set<std::size_t> places_that_show_nothing(std::span<const std::uint8_t> bytes, const Outcome& whole) {
  std::set<std::size_t> places;
  for (const GenerationInfo& g : whole.generations) {
    const auto end = static_cast<std::size_t>(g.offset + g.length);
    places.insert(end);
    if (!has_sync_batches(*whole.version) || end == bytes.size()) continue;
    const BatchParse sync = parse_batch_header(bytes.subspan(end));
    places.insert(end + sync.header.header_size + static_cast<std::size_t>(sync.header.size));
  }
  return places;
}

void cut_everywhere(const std::string& name, const Bytes& bytes) {
  const Outcome whole = read_cut(bytes);
  INFO(name);
  REQUIRE(whole.verdict == Verdict::Complete);
  const std::set<std::size_t> silent = places_that_show_nothing(bytes, whole);
  std::uint64_t most = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Outcome cut = read_cut(std::span(bytes).first(size));
    const bool fine = cut.verdict == (silent.contains(size) ? Verdict::Complete : Verdict::Truncated) &&
                      cut.whole_events >= most && cut.events <= whole.events + 1 &&
                      (cut.damage == 1) == (cut.verdict == Verdict::Truncated);
    most = std::max(most, cut.whole_events);
    if (fine) continue;
    INFO(size << " bytes: " << verdict_name(cut.verdict) << ", " << cut.whole_events << " events after " << most);
    CHECK(fine);
  }
  CHECK(most <= whole.whole_events);
}

void cut_fixtures(const std::string& prefix) {
  const std::vector<Fixture> all = fixtures("ok", 20000, prefix);
  CHECK(all.size() >= 5);
  for (const Fixture& fixture : all) {
    if (fixture.name.ends_with(".trace")) cut_everywhere(fixture.name, fixture.bytes);
  }
}

}  // namespace

// Those between the first and the last version are read alike: where time is short they may be left out.
TEST_CASE("Cut at every byte, traces of Go 1.22 are truncated", "[cut]") { cut_fixtures("go1.22-"); }
TEST_CASE("Cut at every byte, traces of Go 1.23 are truncated", "[cut][alike]") { cut_fixtures("go1.23-"); }
TEST_CASE("Cut at every byte, traces of Go 1.24 are truncated", "[cut][alike]") { cut_fixtures("go1.24-"); }
TEST_CASE("Cut at every byte, traces of Go 1.25 are truncated", "[cut][alike]") { cut_fixtures("go1.25-"); }
TEST_CASE("Cut at every byte, traces of Go 1.26 are truncated", "[cut]") { cut_fixtures("go1.26-"); }

TEST_CASE("Cut at every byte, a small built trace is truncated", "[cut]") {
  for (const GoVersion version : kVersions) {
    for (const Sizes sizes : {Sizes::Short, Sizes::Padded}) {
      cut_everywhere("go 1." + std::to_string(minor_of(version)), whole_trace(version, 3, sizes).bytes());
    }
  }
}

TEST_CASE("Cut at every byte, a built trace of all kinds of batches is truncated", "[cut]") {
  for (const GoVersion version : kVersions) {
    TraceBuilder trace(version);
    using T = EventType;
    for (std::uint64_t g = 1; g <= 3; ++g) {
      trace.open_generation(g, 10000 * g);
      trace.batch(
          g, 2, 10000 * g,
          Records().event(T::ProcStatus, 10, {1, 1}).event(T::GoStatus, 10, {2, 2, 2}).event(T::GoLabel, 10, {4}));
      trace.batch(g, 3, 10000 * g, Records());
      if (version >= GoVersion::Go123) trace.experimental(1, g, 2, 10000 * g, "opaque");
      trace.batch(g, kNoId, 10000 * g, Records().event(T::GoStatus, 10, {3, kNoId, 4}));
      trace.table(g, Records().type(T::CPUSamples).record(T::CPUSample, {10000 * g + 150, 1, 0, 1, 1}));
      trace.close_generation(g);
    }
    cut_everywhere("go 1." + std::to_string(minor_of(version)), trace.bytes());
  }
}

TEST_CASE("Cut at every byte, damaged and cut fixtures are read without a crash", "[cut]") {
  for (const char* folder : {"corrupt", "truncated"}) {
    for (const Fixture& fixture : fixtures(folder, 6000)) {
      INFO(folder << "/" << fixture.name);
      for (std::size_t size = 0; size < fixture.bytes.size(); size += 7) {
        read_cut(std::span(fixture.bytes).first(size));
      }
    }
  }
}

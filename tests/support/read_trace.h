// Reads a trace in a test and keeps what came of it: every event as a line of text, and the judgement.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/trace_builder.h"
#include "tracecheck/feed.h"
#include "tracecheck/reader.h"

namespace tracecheck::testing {

/// All of an event on one line: time, context, stack, kind and what is in the body.
std::string describe(const Event& event);

/// "corrupt not_a_batch at 123+4 g2 b5 m1 reading batch type", for comparisons and failed tests.
std::string describe(const Damage& damage);

struct ReadResult {
  std::vector<std::string> events;
  Verdict verdict = Verdict::Complete;
  std::vector<Damage> damage;
  std::vector<GenerationInfo> generations;
  Ending ending = CleanEnd{};
  bool wall_clock_stepped_back = false;
  std::uint64_t offset = 0;

  /// The messages of the logs among the events, in order, with commas between.
  std::string logs;
  /// Events of generations that are whole.
  std::size_t whole_events() const;
};

ReadResult read_trace(std::unique_ptr<ByteSource> source, ReaderOptions options = {});
ReadResult read_trace(const Bytes& bytes, ReaderOptions options = {});
ReadResult read_trace(const TraceBuilder& trace, ReaderOptions options = {});

/// The same through FeedReader, in pieces of as many bytes as `step` gives.
ReadResult feed_trace(const Bytes& bytes, const std::function<std::size_t()>& step, ReaderOptions options = {});

/// The fixtures of a folder under testdata/ that are at most `limit` bytes, sorted by name, and whose names
/// begin with `prefix`.
struct Fixture {
  std::string name;
  Bytes bytes;
};
std::vector<Fixture> fixtures(const std::string& folder, std::size_t limit, const std::string& prefix = "");

}  // namespace tracecheck::testing

// Writes a trace, generation by generation: as they were read, or batch by batch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/sink.h"
#include "format/batch.h"
#include "reader/generation.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// Where a member function says false, the sink takes no more.
class TraceWriter {
 public:
  TraceWriter(GoVersion version, Sink sink) : version_(version), sink_(std::move(sink)) {}

  GoVersion version() const { return version_; }

  /// All batches of a generation, in the order of the stream, their data as it is.
  bool add(const Generation& generation);

  /// Begins a generation whose batches come one by one.
  bool begin_generation(std::uint64_t number);
  /// A batch of that generation, whose number it gets.
  bool add_batch(BatchHeader header, std::string_view data);
  /// Tells an id that none of its strings has.
  void set_free_string(std::uint64_t id) { free_string_ = id; }

  /// Ends the trace. `mark`, if it is not empty, becomes a string, in a batch of its own, of the generation begun last;
  /// there must be one.
  bool finish(std::string_view mark);

 private:
  bool end_generation();

  GoVersion version_;
  Sink sink_;
  bool begun_ = false;  // a generation
  std::uint64_t generation_ = 0;
  std::uint64_t free_string_ = 1;  // an id that no string of it has
  std::uint64_t last_time_ = 0;    // of its batches
};

/// All batches of a generation, in the order of the stream. Headers of those of events lack generation and size.
std::vector<OtherBatch> in_stream_order(const Generation& generation);

/// The header of a batch of timed events or of a table.
BatchHeader event_batch(ThreadId thread, std::uint64_t time);

}  // namespace tracecheck

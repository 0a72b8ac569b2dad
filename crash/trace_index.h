// Which batches a trace file has, and where: what carving must know of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crash/trace_buffers.h"
#include "reader/batch_tracker.h"
#include "reader/framer.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

class TraceIndex {
 public:
  struct Generation {
    std::uint64_t id = 0;
    std::uint64_t begin = 0;  // stream offset of its first batch
    std::uint64_t end = 0;    // behind its last one, before its marker
    bool marked = false;      // its marker follows
  };

  /// Text of something else between its batches.
  struct Gap {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  /// Reads a stream of batches up to its end or to where it is damaged. Text between batches is stepped over.
  explicit TraceIndex(ByteSource& source);

  /// Why there is no trace, as a sentence; "" if there is one, or a part of its header, or nothing.
  const std::string& problem() const { return problem_; }
  /// None if the stream ends before its header does.
  std::optional<GoVersion> version() const { return version_; }

  /// The stream offsets of its header, and behind its last batch that is whole.
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }
  /// The whole events or records of a batch in which the stream ends.
  const std::optional<FoundBatch>& half_batch() const { return half_; }
  /// Where the stream is damaged, which is `end`: a sentence. "" where it just ends.
  const std::string& damage() const { return damage_; }

  const std::vector<Generation>& generations() const { return generations_; }
  /// In the order of their places.
  const std::vector<Gap>& gaps() const { return gaps_; }
  const Generation* generation(std::uint64_t id) const;

  /// Whether it has the batch: the same generation, thread and time, and the same kind by its first byte.
  bool has(const FoundBatch& batch) const;
  /// The offset of its first batch of the same generation and thread that begins later.
  std::optional<std::uint64_t> later_batch(const FoundBatch& batch) const;

 private:
  struct Entry {
    std::uint64_t generation = 0;
    std::uint64_t thread = 0;
    std::uint64_t time = 0;
    std::uint64_t offset = 0;
    int kind = -1;  // the first byte of the data, -1 without any
  };

  static Entry entry_of(const BatchHeader& header, std::span<const std::uint8_t> data, std::uint64_t offset);
  void read_batches(Framer& framer, GoVersion version);
  std::string_view problem_of(const Batch& batch, const BatchTracker& tracker) const;
  void take(const Batch& batch, BatchTracker& tracker);
  bool step_over_text(Framer& framer, const BatchTracker& tracker);
  void end_of(Framer& framer, const FramingError& error, const BatchTracker& tracker);
  void damaged(std::uint64_t offset, std::string_view what);

  std::string problem_;
  std::optional<GoVersion> version_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::optional<FoundBatch> half_;
  std::string damage_;
  std::vector<Generation> generations_;
  std::vector<Gap> gaps_;
  std::vector<Entry> entries_;  // by generation, thread, time
};

}  // namespace tracecheck

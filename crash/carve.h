// Carving: a trace out of the buffers that a dead process had in memory, and of the trace file that it wrote, if there
// is one.
//
// With a file, the file comes first and what the core has beyond it is put where it belongs: into its generation,
// behind what its thread had written before. A batch in which the file ends is replaced by the whole one if the core
// has that, else cut to its last whole event. Only the last generation of a trace may be unfinished; where batches of
// several were found and all of them together would make a trace that is corrupt, those after the one in which the file
// ends are left out or, without a file, all but the one with the most events.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crash/carved_trace.h"
#include "crash/trace_buffers.h"
#include "crash/trace_index.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

using OpenTrace = std::function<std::unique_ptr<ByteSource>()>;

struct BatchCount {
  std::uint64_t batches = 0;
  std::uint64_t events = 0;  // timed events

  void add(const FoundBatch& batch) {
    ++batches;
    events += batch.events;
  }
};

/// Both ends included.
struct GenerationRange {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

/// A trace that was carved. Where nothing was gained there is none to be read.
class Carving {
 public:
  /// Of the batches of a core. `version` is theirs.
  Carving(GoVersion version, std::vector<FoundBatch> found);
  /// The same beside a trace file: `index` is of the bytes that `open` gives, and has a version.
  Carving(std::vector<FoundBatch> found, const TraceIndex& index, OpenTrace open);
  Carving(const Carving&) = delete;
  Carving& operator=(const Carving&) = delete;

  BatchCount gained() const { return gained_; }
  const std::set<std::uint64_t>& generations() const { return generations_; }
  /// What the file has, and what was found twice.
  BatchCount known() const { return known_; }
  /// What would make the trace corrupt, or belongs to no generation of it.
  BatchCount left_out() const { return left_out_; }
  /// How the trace reads: Truncated, where all is well.
  Verdict verdict() const { return verdict_; }

  /// The trace's bytes, from the beginning each time. This must outlive them.
  std::unique_ptr<ByteSource> open() const;

 private:
  void sort_out(std::vector<FoundBatch> found);
  void settle();
  std::vector<GenerationRange> candidates() const;
  void use(GenerationRange range);
  std::optional<std::uint64_t> place_of(const FoundBatch& batch) const;
  void add_markers();
  Verdict read_back() const;

  GoVersion version_;
  const TraceIndex* index_ = nullptr;
  OpenTrace open_;
  std::vector<FoundBatch> batches_;  // what is new
  std::vector<Placement> placements_;
  std::set<std::uint64_t> generations_;
  BatchCount gained_;
  BatchCount known_;
  BatchCount left_out_;
  BatchCount never_fits_;  // the part of it that does not depend on which generations are used
  Verdict verdict_ = Verdict::Truncated;
};

}  // namespace tracecheck

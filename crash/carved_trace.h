// A trace made of a file's bytes and of batches that were found elsewhere, as a source of its bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crash/trace_buffers.h"
#include "crash/trace_index.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// What stands before the byte `at` of the file, in the order of the list.
struct Placement {
  std::uint64_t at = 0;
  const FoundBatch* batch = nullptr;  // null: an EndOfGeneration marker
};

class CarvedTrace final : public ByteSource {
 public:
  /// A header and the placements. Their batches must outlive this.
  CarvedTrace(GoVersion version, std::vector<Placement> placements);
  /// What `index` has of `file`, without the gaps, with the placements, sorted by place, its end being one. Where the
  /// file's bytes end early, so does the trace.
  CarvedTrace(std::unique_ptr<ByteSource> file, const TraceIndex& index, std::vector<Placement> placements);

  std::size_t read(std::uint8_t* to, std::size_t size) override;
  std::uint64_t bytes_in() const override { return given_; }

 private:
  std::size_t read_file(std::uint8_t* to, std::size_t size);
  bool next_placement();

  std::unique_ptr<ByteSource> file_;
  std::uint64_t position_ = 0;  // in the file
  std::uint64_t end_ = 0;
  std::vector<TraceIndex::Gap> gaps_;  // that are left out
  std::size_t next_gap_ = 0;
  std::vector<Placement> placements_;
  std::size_t next_ = 0;  // placement
  std::string pending_;   // bytes of placements that are not given out yet, from `taken_` on
  std::size_t taken_ = 0;
  std::uint64_t given_ = 0;
};

}  // namespace tracecheck

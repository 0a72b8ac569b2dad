// The trace buffers in the memory of a Go process, found by their form alone.
//
// All runtimes from 1.22 to 1.26 write a trace into blocks of 64 KiB that begin on a page:
//
//   link u64, the next block of a list   last_time u64, of the newest event
//   used u64, bytes of the batch         size_at u64, where the batch's size stands
//   the batch: its header, then its data
//
// The size is filled in when the block is handed over for writing; until then what stands there is left from an earlier
// batch, as is all behind `used`. The thread that a block belongs to may have died in the middle of an event.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crash/batch_content.h"
#include "crash/core_file.h"
#include "format/batch.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// A batch as it stood in memory, up to its last whole event or record.
struct FoundBatch {
  BatchHeader header;  // its size is that of `data`
  std::vector<std::uint8_t> data;
  std::uint64_t events = 0;  // timed events
  bool table = false;        // holds no timed events: strings, stacks, CPU samples, sync data, an experiment's data
  std::uint8_t since = 0;    // the versions of Go that write such a batch; until 0: all from then on
  std::uint8_t until = 0;

  /// As much of `data` as is whole.
  static FoundBatch make(const BatchHeader& header, std::span<const std::uint8_t> data, const BatchContent& content);
  bool written_by(GoVersion version) const {
    return minor_of(version) >= since && (until == 0 || minor_of(version) <= until);
  }
};

/// What the memory of a process tells of its Go version.
struct GoBuild {
  std::string name;                  // "go1.26.8", or "go 1.26 trace"; "" if nothing was found
  std::optional<GoVersion> version;  // none: a version whose trace format is not known
};

struct TraceBuffers {
  std::vector<FoundBatch> batches;  // in the order of the core
  GoBuild build;
};

/// Looks through all of a core that was opened.
TraceBuffers find_trace_buffers(CoreFile& core);

/// The version of the trace that a Go version writes, "go1.24.3" say; none if that is not known.
std::optional<GoVersion> trace_version_of(const std::string& go_version);

}  // namespace tracecheck

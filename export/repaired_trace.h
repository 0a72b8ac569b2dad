// Writes what a repair keeps of a trace.
//
// A generation that stands as it is, behind others that do, is written as it is. Of any other, what replays is made
// anew, with events made up for what is lost (crash/bridge.h), so that those behind it can be kept, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crash/repair.h"
#include "export/kept_generations.h"
#include "export/sink.h"
#include "tracecheck/byte_source.h"

namespace tracecheck {

struct RepairOutcome : KeptCounts {
  std::vector<std::size_t> generations;  // kept: which of the survey's
  std::uint64_t events = 0;              // on the wire of what was read
  std::uint64_t logs = 0;
  std::string unread;   // as in RepairSurvey
  std::string failure;  // as in GenerationFeed
  bool written = true;  // false: the sink took no more
};

/// What became of a trace, as a sentence without its full stop.
std::string describe(const RepairOutcome& outcome);

/// Reads a surveyed trace once more and writes what can be kept of `range`, marked as repaired. `strict`: up to the
/// first generation that does not stand as it is.
RepairOutcome write_repaired(std::unique_ptr<ByteSource> source, const RepairSurvey& survey, RepairRange range,
                             bool strict, const Sink& sink);

/// Writes the (unpacked) bytes as they are. False: the sink took no more, or the source failed.
bool write_copy(ByteSource& source, const Sink& sink);

}  // namespace tracecheck

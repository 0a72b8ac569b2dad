// How a stream begins: its header, what stands before it, and what it is if it is no trace.
// Fact from: FORMAT.md section 1; CLI.md, "Verdicts".
#pragma once

#include <cstddef>
#include <optional>

#include "reader/framer.h"
#include "tracecheck/reader.h"

namespace tracecheck {

struct StreamStart {
  std::optional<GoVersion> version;  // set: a trace follows at the framer's position
  std::optional<Ending> ending;      // set: there is nothing to read, and why
  std::optional<Damage> damage;
};

/// Looks for the header; with `skip_foreign_prefix` also behind text, in the first 64 KiB. Leaves the framer
/// behind the header. Takes no more of a pipe than it needs.
StreamStart find_stream_start(Framer& framer, bool skip_foreign_prefix);

/// Whether `find_stream_start` would find all that it looks at. False where the stream comes bit by bit: to be asked again
/// once more has come. `searched` is how far it has been looked at, 0 at first.
bool start_can_be_judged(Framer& framer, std::size_t& searched);

/// A header, and nothing behind it that could be replayed.
Damage nothing_came(const Framer& framer);

/// The packed stream ended early: what was unpacked is good, but not all there was.
Damage compression_cut(const Framer& framer, const SourceError& error);

}  // namespace tracecheck

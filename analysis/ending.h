// How a trace ends, what may have brought that about, and what is worth noting besides.
// Fact from: FORMAT.md section 10, "Who cuts".
#pragma once

#include <optional>
#include <string_view>

#include "analysis/verify.h"

namespace tracecheck {

// Kinds of ending of which something more is to be said.
inline constexpr std::string_view kForeignBytes = "foreign bytes";
inline constexpr std::string_view kCompressionCut = "cut in the compressed data";

/// What a complete trace cannot show: a kill that left no byte of what it cut off. None where the end shows that
/// there was no such kill. `next_began`: one more generation begins, and has no event yet.
std::optional<std::string_view> unseen_loss(GoVersion version, bool next_began);

/// Whether an uncaught panic has the trace flushed first.
bool flushes_on_panic(GoVersion version);

/// Fills `end_kind`, `causes` and `notes` from what the rest of the report says. A clock that stepped back
/// is a note, unless the trace is corrupt: damage explains it better.
void describe_ending(bool wall_clock_stepped_back, VerifyReport& report);

/// For who knows that the program exited with 0: takes out the causes that would have ended it otherwise.
void exclude_crashes(VerifyReport& report);

}  // namespace tracecheck

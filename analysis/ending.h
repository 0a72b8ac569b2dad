// How a trace ends, what may have brought that about, and what is worth noting besides.
// Fact from: FORMAT.md section 10, "Who cuts".
#pragma once

#include "analysis/verify.h"

namespace tracecheck {

/// Fills `end_kind`, `causes` and `notes` from what the rest of the report says. A clock that stepped back
/// is a note, unless the trace is corrupt: damage explains it better.
void describe_ending(bool wall_clock_stepped_back, VerifyReport& report);

}  // namespace tracecheck

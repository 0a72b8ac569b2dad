// Exit codes, as CLI.md promises them.
#pragma once

#include "tracecheck/damage.h"

namespace tracecheck::cmd {

inline constexpr int kOk = 0;
inline constexpr int kBad = 1;    // corrupt, not a trace; grep: no match
inline constexpr int kUsage = 2;  // bad usage, unreadable
inline constexpr int kTruncated = 3;
inline constexpr int kNotJudged = 4;

/// The code of one verdict. `excuse_truncated`: --allow-truncated was given, and an event could be read.
int exit_code(Verdict verdict, bool excuse_truncated = false);

/// The code that counts of two: 2, 1, 4, 3, 0 in this order.
int worse(int a, int b);

}  // namespace tracecheck::cmd

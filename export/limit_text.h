// What was found of a limit, for people.
#pragma once

#include <string>

#include "analysis/trace_limit.h"

namespace tracecheck {

/// A part of a sentence. Of a broken limit it names what broke it: when, which goroutine, for how long, where. Texts of
/// the trace are not escaped.
std::string limit_text(const LimitFinding& finding);

}  // namespace tracecheck

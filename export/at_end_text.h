// What goroutines were doing at the end of a trace, for people.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/summary.h"
#include "export/text_table.h"

namespace tracecheck {

/// Appends a table of those that do not run, without the runtime's own: those that began with the same function and
/// wait for the same thing at the same place are one row, the longest wait first. `top` rows at most.
void append_at_end(std::string& out, const Summary& summary, std::size_t top, const Style& style);

}  // namespace tracecheck

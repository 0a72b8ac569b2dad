// `stats` for people.
#pragma once

#include <cstddef>
#include <string>

#include "export/stats.h"
#include "export/text_table.h"

namespace tracecheck {

/// All that is known of a trace; "" if there is none. Tables that may grow long have `top` rows at most.
std::string stats_text(const Stats& stats, std::size_t top, const Style& style);

}  // namespace tracecheck

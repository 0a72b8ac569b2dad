// What a repaired trace says of itself: a string that no event refers to, in a batch of its own behind all others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reader/generation.h"

namespace tracecheck {

/// The text of the mark, no longer than a string may be. `what_became`, in plain ASCII, says what was kept and what was
/// lost.
std::string repair_mark(std::string_view what_became);

/// The mark of a generation, if it ends with one. It views the generation's bytes, and is plain ASCII.
std::optional<std::string_view> find_repair_mark(const Generation& generation);

}  // namespace tracecheck

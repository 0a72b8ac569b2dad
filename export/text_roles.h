// What the strings of a generation are used for.
#pragma once

#include <cstdint>

#include "reader/generation.h"
#include "reader/id_hash.h"

namespace tracecheck {

/// Sets of TextKind as bits, by string id. A string that is not there has no use.
using TextRoles = IdHashMap<std::uint64_t, unsigned>;

/// None if an event of the generation cannot be read.
std::optional<TextRoles> find_text_roles(const Generation& generation);

}  // namespace tracecheck

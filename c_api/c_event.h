// Events and damage as the plain structs of tracecheck/c.h. Their texts are those of what they are made of.
#pragma once

#include <string>
#include <string_view>

#include "tracecheck/c.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// A view of `text`, never null.
tracecheck_text c_text(std::string_view text);

/// The name of a range is put together in `range_name`.
tracecheck_event c_event(const Event& event, std::string& range_name);

tracecheck_damage c_damage(const Damage& damage);

}  // namespace tracecheck

// From an event in its place to a typed one, with its texts and stacks. Fact from: FORMAT.md section 7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reader/generation.h"
#include "reader/replay.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// A string or stack that an event refers to and its generation lacks.
struct MissingReference {
  DamageCode code = DamageCode::MissingString;  // or MissingStack
  std::uint64_t id = 0;
  std::string message;
};

/// What is missing of the strings and stacks that `event` carries, if anything. The kind of an STWEnd and
/// the stack of a CPU sample are never looked for.
std::optional<MissingReference> find_missing(const OrderedEvent& event, const Generation& generation);

/// Fills `typed`, time and context included. Views point into `generation` and the replay's names.
void make_typed(const OrderedEvent& event, const Generation& generation, Event& typed);

/// A Sync event; `generation` is null for one that begins none.
void make_sync(Time time, std::uint64_t n, const Generation* generation, Event& typed);

}  // namespace tracecheck

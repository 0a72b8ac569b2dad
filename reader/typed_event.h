// From an event in its place to a typed one, with its texts and stacks. Fact from: FORMAT.md section 7.
#pragma once

#include <cstdint>
#include <string>

#include "reader/generation.h"
#include "reader/replay.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// A string or stack that an event refers to and its generation lacks.
struct MissingReference {
  DamageCode code = DamageCode::MissingString;  // or MissingStack
  std::string message;
};

/// Whether a string or stack that `event` carries is missing. The kind of an STWEnd and the stack of a CPU
/// sample are never looked for.
bool lacks_reference(const OrderedEvent& event, const Generation& generation);

/// Which one, where one is.
MissingReference find_missing(const OrderedEvent& event, const Generation& generation);

/// What kind of typed event a wire type becomes; for types that the replay lets out, and CPUSample.
EventKind kind_of(EventType type);

/// The stack of the executing context that `event` carries.
Stack own_stack(const OrderedEvent& event, const Generation& generation);

/// Which goroutine or proc a state transition is of.
Resource transition_resource(const OrderedEvent& event);

/// Fills `typed`, time and context included. Views point into `generation` and the replay's names.
void make_typed(const OrderedEvent& event, const Generation& generation, Event& typed);

void make_sync(Time time, const Sync& sync, Event& typed);

}  // namespace tracecheck

// From an event in its place to a typed one, with its texts and stacks. Fact from: FORMAT.md section 7.
#pragma once

#include <array>
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

/// What a wire type becomes, in a few bytes: the event table, boiled down for every event that comes by.
struct EventTraits {
  enum class ResourceFrom : std::uint8_t { None, GoroutineArgument, GoroutineContext, ProcArgument, ProcContext };
  EventKind kind = EventKind::StateTransition;
  ResourceFrom resource = ResourceFrom::None;  // whose state transition it is; an argument is the first
  std::int8_t stack = -1;                      // index of the argument, -1 for none
  std::int8_t new_stack = -1;
  std::int8_t string = -1;
  std::int8_t second_string = -1;
};

/// For types that the replay lets out, and CPUSample.
extern const std::array<EventTraits, 256> kEventTraits;
inline const EventTraits& traits_of(EventType type) { return kEventTraits[static_cast<std::size_t>(type)]; }

/// The stack of the executing context that `event` carries.
inline Stack own_stack(const OrderedEvent& event, const Generation& generation) {
  const std::int8_t index = traits_of(event.type).stack;
  return index < 0 ? Stack() : Stack(&generation.stacks(), event.args[static_cast<std::size_t>(index)]);
}

/// Which goroutine or proc a state transition is of.
inline Resource transition_resource(const OrderedEvent& event) {
  switch (traits_of(event.type).resource) {
    case EventTraits::ResourceFrom::None: break;
    case EventTraits::ResourceFrom::GoroutineArgument:
      return {ResourceKind::Goroutine, static_cast<std::int64_t>(event.args[0])};
    case EventTraits::ResourceFrom::GoroutineContext: return {ResourceKind::Goroutine, event.goroutine};
    case EventTraits::ResourceFrom::ProcArgument: return {ResourceKind::Proc, static_cast<std::int64_t>(event.args[0])};
    case EventTraits::ResourceFrom::ProcContext: return {ResourceKind::Proc, event.proc};
  }
  return {};
}

/// Fills `typed`, time and context included. Views point into `generation` and the replay's names.
void make_typed(const OrderedEvent& event, const Generation& generation, Event& typed);

void make_sync(Time time, const Sync& sync, Event& typed);

}  // namespace tracecheck

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

/// The index of an argument that no event has: it is always 0, "none" for strings and stacks.
inline constexpr std::uint8_t kNoArgument = 4;

/// What a wire type becomes, in a few bytes: the event table, boiled down for every event that comes by.
struct EventTraits {
  EventKind kind = EventKind::StateTransition;
  // Indices of arguments.
  std::uint8_t stack = kNoArgument;
  std::uint8_t new_stack = kNoArgument;
  std::uint8_t string = kNoArgument;
  std::uint8_t second_string = kNoArgument;
};

/// For types that the replay lets out, and CPUSample.
extern const std::array<EventTraits, 256> kEventTraits;
inline const EventTraits& traits_of(EventType type) { return kEventTraits[static_cast<std::size_t>(type)]; }

/// Fills `typed`, time and context included. Views point into `generation` and the replay's names.
void make_typed(const OrderedEvent& event, const Generation& generation, Event& typed);

void make_sync(Time time, const Sync& sync, Event& typed);

}  // namespace tracecheck

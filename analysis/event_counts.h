// How many events of each type stand in a trace, and how many bytes they take. Counts what is on the wire,
// without resolving ids or replaying.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "format/event_type.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

struct TypeCount {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

struct GenerationCount {
  std::uint64_t id = 0;
  std::uint64_t offset = 0;  // of its first batch
  std::uint64_t bytes = 0;   // batch headers and end marker included
  std::uint64_t batches = 0;
  std::uint64_t events = 0;  // timed events and CPU samples
};

struct EventCounts {
  std::optional<GoVersion> version;
  std::array<TypeCount, 256> types{};  // by type number; batch headers count under their batch's type
  std::vector<GenerationCount> generations;
  std::uint64_t bytes = 0;  // of all types together
  /// As far as framing and the bounds of events tell.
  Verdict verdict = Verdict::Complete;
  std::string message;  // for verdicts without damage: why
  std::vector<Damage> damage;
};

EventCounts count_events(ByteSource& source);

/// The types that there are, the one with the most bytes first.
std::vector<EventType> types_by_bytes(const EventCounts& counts);

}  // namespace tracecheck

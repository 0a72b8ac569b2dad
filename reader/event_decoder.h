// One timed event, from its bytes. Fact from: FORMAT.md sections 4 and 5.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "format/varint.h"
#include "reader/generation.h"
#include "reader/replay.h"

namespace tracecheck {

// What stands for a number of arguments, where a type is not one of timed events.
inline constexpr std::int8_t kUndefinedType = -1;
inline constexpr std::int8_t kUntimedType = -2;

/// Arguments after the time delta, by type.
extern const std::array<std::int8_t, 256> kArgumentCounts;

/// Bytes that an event may take.
inline constexpr std::size_t kMostEventBytes = 1 + 6 * kMaxVarintBytes;

/// Reads the event at `at`, which is before `end`, and moves `at` behind it: type, arguments, and the time since the
/// event before it, in clock units. Or says what is wrong with it.
[[gnu::always_inline]] inline std::optional<DamageCode> decode_event(const std::uint8_t*& at, const std::uint8_t* end,
                                                                     RawEvent& event, std::uint64_t& delta) {
  const std::uint8_t* next = at;
  const std::uint8_t type = *next++;
  const std::int8_t count = kArgumentCounts[type];
  if (count < 0) [[unlikely]]
    return count == kUntimedType ? DamageCode::UntimedEvent : DamageCode::BadEventType;
  event.type = static_cast<EventType>(type);
  // Nearly always the batch goes on for longer than any event can be.
  const bool inside = static_cast<std::size_t>(end - at) >= kMostEventBytes;
  const auto read = [&](std::uint64_t& number) {
    return inside ? read_varint_inside(next, number) : read_varint(next, end, number);
  };
  VarintStatus status = read(delta);
  for (std::int8_t i = 0; status == VarintStatus::Ok && i < count; ++i) {
    status = read(event.args[static_cast<std::size_t>(i)]);
  }
  if (status != VarintStatus::Ok) [[unlikely]]
    return status == VarintStatus::Short ? DamageCode::EventCut : DamageCode::EventVarintOverflow;
  at = next;
  return std::nullopt;
}

/// What is wrong at `offset` in the data of `batch`, where `decode_event` said `code`.
Damage malformed_event(DamageCode code, const EventBatch& batch, std::uint32_t offset, ThreadId thread,
                       std::uint64_t generation);

}  // namespace tracecheck

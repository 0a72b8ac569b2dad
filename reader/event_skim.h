// The timed events of a batch by type and time alone, for those who look at few: an argument costs only who asks for it.
// Three times as fast as to decode them all. What is malformed is malformed here as it is for the Cursor.
// Fact from: FORMAT.md sections 4 and 5.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "format/clock.h"
#include "format/varint.h"
#include "reader/event_decoder.h"
#include "reader/generation.h"

namespace tracecheck {

/// An event of which only type and time are known yet. Valid as long as the batch's bytes.
class SkimmedEvent {
 public:
  SkimmedEvent(EventType type, Time time, const std::uint8_t* numbers, const std::uint8_t* end)
      : type_(type), time_(time), numbers_(numbers), end_(end) {}

  EventType type() const { return type_; }
  Time time() const { return time_; }  // on the trace's clock

  /// Reads the first of its arguments, as many as `numbers` takes: no more than the type has.
  template <typename... Numbers>
  void read(Numbers&... numbers) const {
    const std::uint8_t* at = numbers_;
    std::uint64_t delta = 0;
    read_varint(at, end_, delta);
    (read_varint(at, end_, numbers), ...);
  }

 private:
  EventType type_;
  Time time_;
  const std::uint8_t* numbers_;  // the time delta, and the arguments
  const std::uint8_t* end_;
};

/// A place in a batch's data where no event can be read.
struct Malformed {
  DamageCode code = DamageCode::BadEventType;
  std::uint32_t offset = 0;
};

/// What `behind_numbers` looks at from where it begins.
inline constexpr std::ptrdiff_t kNumbersWindow = 16;

/// Behind the `count` varints at `at`; null if that takes a closer look. A number of ten bytes, which alone can be too
/// large, is not passed.
[[gnu::always_inline]] inline const std::uint8_t* behind_numbers(const std::uint8_t* at, unsigned count) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kTops = 0x80 * kOnes;
  // How many numbers end in each byte or before it: a byte with its top bit clear ends one.
  const auto ended = [](const std::uint8_t* word) { return ((~load_little_endian(word) & kTops) >> 7U) * kOnes; };
  // The top bits of the bytes where that has come to `numbers`. Nothing here depends on how long each number is: a loop
  // over them is a guess for the processor each time.
  const auto reached = [](std::uint64_t so_many, unsigned numbers) {
    return (so_many + (0x80 - numbers) * kOnes) & kTops;
  };
  const auto bytes_up_to = [](std::uint64_t tops) {
    return static_cast<std::ptrdiff_t>(std::countr_zero(tops) + 1) / 8;
  };
  const std::uint64_t first = ended(at);
  if (const std::uint64_t there = reached(first, count)) [[likely]]
    return at + bytes_up_to(there);
  const std::uint64_t there = reached(ended(at + 8), count - static_cast<unsigned>(first >> 56U));
  if (there == 0) return nullptr;
  const std::ptrdiff_t size = 8 + bytes_up_to(there);
  return size - static_cast<std::ptrdiff_t>(count) < kMaxVarintBytes - 1 ? at + size : nullptr;
}

struct Skimmed {
  std::optional<Time> last;  // time of the last event, on the trace's clock
  std::optional<Malformed> malformed;
};

/// Calls `visit` with each event of `batch` of a type for which `wanted` has more than 0, until one of any type is
/// malformed.
template <typename Wanted, typename Visit>
Skimmed skim_events(const EventBatch& batch, Clock clock, const std::array<Wanted, 256>& wanted, Visit visit) {
  const std::uint8_t* const begin = batch.data.data();
  const std::uint8_t* const end = begin + batch.data.size();
  const Time batch_time = clock.to_ns(batch.time);
  Time last = 0;
  const std::uint8_t* at = begin;
  while (at != end) {
    const std::uint8_t type = *at;
    const std::int8_t count = kArgumentCounts[type];
    const std::uint8_t* next = nullptr;
    Varint delta;
    if (count >= 0 && end - at > kNumbersWindow) [[likely]] {
      next = behind_numbers(at + 1, static_cast<unsigned>(count) + 1);
      delta = short_varint_at(at + 1);
    }
    if (next == nullptr) [[unlikely]] {
      RawEvent event;
      next = at;
      const std::optional<DamageCode> bad = decode_event(next, end, event, delta.value);
      if (bad)
        return {at == begin ? std::nullopt : std::optional(last),
                Malformed{*bad, static_cast<std::uint32_t>(at - begin)}};
    }
    // As for the Cursor, a batch's time counts whenever the time stands at 0.
    if (last == 0) last = batch_time;
    last = wrapping_add(clock.to_ns(delta.value), last);
    if (wanted[type] != Wanted{}) visit(SkimmedEvent(static_cast<EventType>(type), last, at + 1, end));
    at = next;
  }
  return {at == begin ? std::nullopt : std::optional(last), std::nullopt};
}

}  // namespace tracecheck

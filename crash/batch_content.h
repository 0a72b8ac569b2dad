// What stands in the data of a batch, event by event or record by record, without what it means.
// Fact from: FORMAT.md sections 2 and 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "format/batch.h"

namespace tracecheck {

using ByteSpan = std::span<const std::uint8_t>;

/// Goes over the data of a batch of events, a table or a sync batch. What `next` stops at is not taken.
class ContentWalk {
 public:
  enum class Result : std::uint8_t { Taken, End, Cut, Bad };

  /// From the beginning of `data`, the first byte of which says what the batch holds.
  explicit ContentWalk(ByteSpan data);
  /// `from`, where an event or record begins, on in a batch that begins with `title`.
  ContentWalk(EventType title, ByteSpan data, std::size_t from);

  /// Takes an event or record. Cut: the data ends within it; Bad: no runtime writes such a one.
  Result next();
  /// Takes all that can be taken; `position` is where that ends.
  void take_all() {
    while (next() == Result::Taken) {
    }
  }
  /// Where what was taken last ends.
  std::size_t position() const { return position_; }
  EventType title() const { return title_; }
  /// Of the event or record taken last: its type, and the time since the event before in clock units.
  EventType type() const { return type_; }
  std::uint64_t delta() const { return delta_; }

 private:
  bool belongs(EventType type) const;
  Result numbers(std::uint64_t count);
  Result rest(EventType type, std::uint64_t last_argument);

  ByteSpan data_;
  EventType title_;
  std::size_t position_;
  const std::uint8_t* at_ = nullptr;
  EventType type_ = EventType::None;
  std::uint64_t delta_ = 0;
  std::uint64_t number_ = 0;
};

/// How many bytes of a batch's data can be read, event by event or record by record.
std::size_t sound_prefix(ByteSpan data);
inline bool is_sound(ByteSpan data) { return sound_prefix(data) == data.size(); }

struct BatchContent {
  std::size_t whole = 0;        // bytes up to the end of the last whole event or record
  std::uint64_t events = 0;     // timed events
  std::uint64_t last_time = 0;  // of the last one, in clock units; the batch's own without any
  std::uint8_t since = 0;       // the first Go 1.x that writes all of it
  std::uint8_t until = 0;       // the last one, 0 if that does not matter
  bool table = false;           // strings, stacks, CPU samples, sync data
};

/// Looks at the data of a batch, the last event or record of which may be cut. None if something stands there that no
/// runtime writes. What an experimental batch holds is not looked at.
std::optional<BatchContent> look_at_content(const BatchHeader& header, ByteSpan data);

}  // namespace tracecheck

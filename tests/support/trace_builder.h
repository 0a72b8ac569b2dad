// A small writer of traces in memory, for tests: whole ones, and ones with named edits. It writes what it is
// told, good or bad; the only thing it checks is that an event has as many arguments as the event table says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "format/event_type.h"
#include "tracecheck/go_version.h"

namespace tracecheck::testing {

using Bytes = std::vector<std::uint8_t>;

inline const std::vector<GoVersion> kVersions = {GoVersion::Go122, GoVersion::Go123, GoVersion::Go125,
                                                 GoVersion::Go126};
inline constexpr std::uint64_t kNoId = ~0ULL;              // "none" for m, p and task ids on the wire
inline constexpr std::uint64_t kNanoseconds = 1000000000;  // a frequency with which a unit is 1 ns

/// The data of one batch, record by record.
class Records {
 public:
  Records& byte(std::uint8_t value);
  Records& type(EventType type) { return byte(static_cast<std::uint8_t>(type)); }
  Records& number(std::uint64_t value);
  Records& padded(std::uint64_t value);
  Records& text(std::string_view bytes);
  /// A type and its varints, without a look at the table.
  Records& record(EventType type, std::initializer_list<std::uint64_t> values);
  /// A timed event, by the event table.
  Records& event(EventType type, std::uint64_t delta, std::initializer_list<std::uint64_t> args = {});
  Records& string(std::uint64_t id, std::string_view text);
  struct Frame {
    std::uint64_t pc, function, file, line;
  };
  Records& stack(std::uint64_t id, std::initializer_list<Frame> frames);

  const std::string& bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

/// Whether batch sizes take ten bytes, as in real traces, or as few as can be.
enum class Sizes : std::uint8_t { Short, Padded };

class TraceBuilder {
 public:
  explicit TraceBuilder(GoVersion version, Sizes sizes = Sizes::Short);

  // Writing. Whatever has no thread is in a batch of thread -1.
  TraceBuilder& raw(std::string_view bytes);
  TraceBuilder& batch(std::uint64_t generation, std::uint64_t thread, std::uint64_t time, const Records& data);
  TraceBuilder& experimental(std::uint8_t experiment, std::uint64_t generation, std::uint64_t thread,
                             std::uint64_t time, std::string_view data);
  TraceBuilder& table(std::uint64_t generation, const Records& data) { return batch(generation, kNoId, 0, data); }
  /// The clock's batch in the form of the version; its snapshot is made from `time`, and 0 leaves it out.
  TraceBuilder& clock(std::uint64_t generation, std::uint64_t time, std::uint64_t frequency = kNanoseconds);
  /// The marker, in versions that have one.
  TraceBuilder& end();
  /// A small whole generation: thread 1 with proc 0 and goroutine 1, which logs `message` under "category",
  /// between `time` + 100 and + 400; stack 1 with two frames; strings 1 to 5, of which 5 is the message.
  TraceBuilder& generation(std::uint64_t generation, std::uint64_t time, std::string_view message = "message") {
    return open_generation(generation, time).close_generation(generation, message);
  }
  /// Its clock and events, then its tables and end.
  TraceBuilder& open_generation(std::uint64_t generation, std::uint64_t time);
  TraceBuilder& close_generation(std::uint64_t generation, std::string_view message = "message");

  // Editing what was written. Offsets are of the bytes as they are before the edit.
  TraceBuilder& cut_at(std::size_t offset);
  TraceBuilder& insert_at(std::size_t offset, std::string_view bytes);
  TraceBuilder& overwrite_at(std::size_t offset, std::string_view bytes);
  TraceBuilder& zero_from(std::size_t offset, std::size_t length);

  GoVersion version() const { return version_; }
  std::size_t size() const { return bytes_.size(); }
  std::size_t batch_count() const { return batches_.size(); }
  /// Where the batches that were written begin, markers not counted. Edits do not move them.
  std::size_t batch(std::size_t index) const { return batches_.at(index).offset; }
  /// Where the data of a batch begins, and ends.
  std::size_t data(std::size_t index) const { return batches_.at(index).data; }
  std::size_t data_end(std::size_t index) const { return batches_.at(index).end; }
  /// Its number in the stream, where markers count too; and that of the next one to be written.
  std::size_t index(std::size_t index) const { return batches_.at(index).index; }
  std::size_t next_index() const { return batches_.size() + markers_; }
  Bytes bytes() const { return Bytes(bytes_.begin(), bytes_.end()); }
  const std::string& text() const { return bytes_; }

 private:
  struct Place {
    std::size_t offset, data, end, index;
  };
  TraceBuilder& finish_batch(std::size_t offset, std::uint64_t generation, std::uint64_t thread, std::uint64_t time,
                             std::string_view data);

  GoVersion version_;
  Sizes sizes_;
  std::string bytes_;
  std::vector<Place> batches_;
  std::size_t markers_ = 0;
};

/// Whole generations, as many as asked for, numbered from 1.
TraceBuilder whole_trace(GoVersion version, std::size_t generations = 2, Sizes sizes = Sizes::Short);

}  // namespace tracecheck::testing

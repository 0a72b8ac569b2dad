// From a stream of bytes to batches. A batch is a view into a chunk that lives as long as somebody holds it;
// a generation holds the chunks of its batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "format/batch.h"
#include "reader/zeros_ahead.h"
#include "tracecheck/byte_source.h"

namespace tracecheck {

/// Memory for bytes of the stream.
struct Chunk {
  static constexpr std::size_t kHugePage = 2 * 1024 * 1024;
  static constexpr std::align_val_t kAlignment{kHugePage};
  struct Free {
    void operator()(std::uint8_t* from) const { ::operator delete[](from, kAlignment); }
  };

  explicit Chunk(std::size_t size);
  std::unique_ptr<std::uint8_t[], Free> bytes;
  std::size_t capacity;
};
using ChunkRef = std::shared_ptr<Chunk>;

/// Whether the data of a batch of that header begins with a record of `type`; never of an experiment's.
inline bool begins_with(const BatchHeader& header, std::span<const std::uint8_t> data, EventType type) {
  return header.experiment == 0 && !data.empty() && data[0] == static_cast<std::uint8_t>(type);
}

struct Batch {
  BatchHeader header;
  std::span<const std::uint8_t> data;  // none if it was put off
  std::uint64_t offset = 0;            // of the batch's first byte in the stream
  std::uint64_t index = 0;             // batches before it in the stream
  ChunkRef chunk;                      // keeps `data` alive
  bool put_off = false;                // it holds timed events, and they were not read

  std::uint64_t data_offset() const { return offset + header.header_size; }
  std::uint64_t end_offset() const { return data_offset() + (put_off ? header.size : data.size()); }
  bool starts_with(EventType type) const { return begins_with(header, data, type); }
};

/// The stream ends on a batch boundary, or (`dangling`) one byte 0x31 after it, which the reference takes
/// for one.
struct EndOfStream {
  bool dangling = false;
};

/// No batch could be read at `offset`.
struct FramingError {
  BatchParse parse;  // status Ok: the header is good, the data is short
  std::uint64_t offset = 0;
  std::uint64_t index = 0;
  std::size_t available = 0;  // bytes that were there from `offset` on, for a short batch
};

/// Whoever takes long over what was read looks at the clock after so many events, each of which may take a millisecond
/// where very many threads wait for each other.
inline constexpr std::uint32_t kEventsBetweenLooks = 256;

class Framer {
 public:
  explicit Framer(ByteSource& source);

  /// The next batch. After an error the position stays at its first byte.
  std::variant<Batch, EndOfStream, FramingError> next();

  /// Timed events are put off from here on: of their batches only the headers are read, as long as the source can be
  /// read out of turn and nothing unusual comes.
  void put_off_events() { puts_off_ = source_.extent().has_value(); }
  void put_off_nothing() { puts_off_ = false; }

  bool puts_off() const { return puts_off_; }

  /// Where it stands, to go on from there again: as long as events are put off, and in no other way.
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t batches = 0;
    std::optional<SourceError> error;
  };
  Place place() const { return {offset(), index_, error_}; }
  void return_to(const Place& place);

  /// Where the source gives nothing, and more may come, that is no end from here on, but the framer is `starved`.
  void take_as_it_comes() { as_it_comes_ = true; }
  /// The last `next` or `peek` lacked bytes that may come later: what `next` gave says nothing. Nothing has moved; it may
  /// be called again once more has come.
  bool starved() const { return starved_; }
  bool may_starve() const { return as_it_comes_ && source_.more_may_come(); }
  /// Reads on over the zeros behind what was read, as many as there are, without holding them. False: nothing else has
  /// come yet.
  bool look_behind_zeros() { return zeros_.pass(source_); }

  /// Reads what was put off: fills `to` with the bytes from `offset` on. False: they cannot be read any more, and `error`
  /// tells why.
  bool read_at(std::uint64_t offset, std::span<std::uint8_t> to);
  /// Memory of at least `size` bytes that nobody holds.
  ChunkRef acquire(std::size_t size);

  /// At least `size` bytes from the position on without moving; fewer at the end of the stream. Valid until
  /// the next call of anything here.
  std::span<const std::uint8_t> peek(std::size_t size);

  /// Moves on by `size` bytes that were peeked at.
  void skip(std::size_t size);

  /// Goes back before the batch that `next` gave last; only right after it.
  void unread(const Batch& batch);

  /// Goes back to before `bytes`, which stand in the stream just before the position and may be changed by that: what
  /// is given here is read again. `batches` of those given out are not to be counted.
  void go_back(std::span<const std::uint8_t> bytes, std::uint64_t batches);

  /// From the position on each CR that an LF follows is left out, as if it were not in the stream.
  void undo_crlf();

  /// Stream offset of the position.
  std::uint64_t offset() const { return base_ + begin_; }

  /// Batches given out so far.
  std::uint64_t batches() const { return index_; }

  const ByteSource& source() const { return source_; }
  /// The time is over: `error` tells it from here on. False: it is not.
  bool expire();
  /// What ended the stream early, or why what was put off could not be read.
  const std::optional<SourceError>& error() const { return error_ ? error_ : source_.error(); }

 private:
  std::optional<Batch> put_off_next();
  void move_to(std::uint64_t offset);
  std::size_t available() const { return end_ - begin_; }
  bool fill(std::size_t wanted);
  std::size_t read_some(std::size_t most);
  std::size_t without_crs(std::uint8_t* bytes, std::size_t count);
  void make_room(std::size_t wanted);

  ByteSource& source_;
  ZerosAhead zeros_;
  std::optional<SourceError> error_;
  ChunkRef chunk_;
  std::vector<ChunkRef> pool_;  // a chunk that only the pool holds is free
  std::size_t begin_ = 0;       // position in the chunk
  std::size_t end_ = 0;         // bytes filled
  std::uint64_t base_ = 0;      // stream offset of the chunk's first byte
  std::uint64_t index_ = 0;
  bool ended_ = false;
  bool as_it_comes_ = false;
  bool starved_ = false;
  bool puts_off_ = false;
  bool undo_crlf_ = false;
  bool held_cr_ = false;  // a CR was read of which the next byte must tell
};

}  // namespace tracecheck

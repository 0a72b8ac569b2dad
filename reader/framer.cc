#include "reader/framer.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "reader/limited_source.h"

namespace tracecheck {
namespace {

// A chunk is as large as all those before it together, within these limits: memory stays in proportion to what a
// generation needs. A batch has 64 KiB at most, so little of a chunk is left unused at its end. Those that are large
// enough are made of huge pages where the system has them, which are there in one go.
constexpr std::size_t kLeastChunkSize = 256 * 1024;
constexpr std::size_t kMostChunkSize = 2 * Chunk::kHugePage;

// What batches that are no tables and tell nothing of the generation begin with.
bool is_timed_event(std::uint8_t first) {
  switch (static_cast<EventType>(first)) {
    case EventType::Strings:
    case EventType::Stacks:
    case EventType::CPUSamples:
    case EventType::Frequency:
    case EventType::Sync:
    case EventType::EndOfGeneration: return false;
    default: return true;
  }
}

}  // namespace

Chunk::Chunk(std::size_t size) : bytes(static_cast<std::uint8_t*>(::operator new[](size, kAlignment))), capacity(size) {
  if (size >= kHugePage) ::madvise(bytes.get(), size, MADV_HUGEPAGE);
}

Framer::Framer(ByteSource& source) : source_(source) {}

std::variant<Batch, EndOfStream, FramingError> Framer::next() {
  starved_ = false;
  if (puts_off_) {
    if (std::optional<Batch> batch = put_off_next()) return *std::move(batch);
  }
  BatchParse parse;
  for (;;) {
    parse = parse_batch_header(peek(available() == 0 ? 1 : available()));
    if (parse.status != BatchStatus::Short) break;
    if (!fill(available() + 1)) {
      if (available() == 0) return EndOfStream{};
      if (parse.reading == Reading::BatchExperiment) return EndOfStream{true};
      return FramingError{parse, offset(), index_, available()};
    }
  }
  const std::size_t total = parse.header.header_size + static_cast<std::size_t>(parse.header.size);
  if (parse.status != BatchStatus::Ok || (available() < total && !fill(total))) {
    return FramingError{parse, offset(), index_, available()};
  }
  Batch batch;
  batch.header = parse.header;
  batch.offset = offset();
  batch.index = index_++;
  batch.data = {chunk_->bytes.get() + begin_ + parse.header.header_size, static_cast<std::size_t>(parse.header.size)};
  batch.chunk = chunk_;
  begin_ += total;
  return batch;
}

// None: `next` reads what comes, and there is enough of it in memory for that, or nothing is put off any more.
std::optional<Batch> Framer::put_off_next() {
  const std::uint64_t extent = *source_.extent();
  std::array<std::uint8_t, kMaxBatchHeaderSize + 1> buffer{};
  std::span<const std::uint8_t> bytes = buffer;
  if (available() >= buffer.size()) {
    bytes = {chunk_->bytes.get() + begin_, available()};
  } else {
    const std::uint64_t left = extent - std::min(extent, offset());
    bytes = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size())));
    if (source_.read_at(offset(), std::span(buffer).first(bytes.size()))) bytes = {};
  }
  Batch batch;
  const BatchParse parse = parse_batch_header(bytes);
  batch.header = parse.header;
  batch.offset = offset();
  batch.put_off = true;
  if (parse.status != BatchStatus::Ok || batch.end_offset() > extent || undo_crlf_) {
    puts_off_ = false;
    return std::nullopt;
  }
  const auto total = static_cast<std::size_t>(batch.end_offset() - batch.offset);
  const bool timed = parse.header.experiment == 0 && parse.header.size > 0 && parse.header.header_size < bytes.size() &&
                     is_timed_event(bytes[parse.header.header_size]);
  if (!timed || total <= available()) {
    fill(total);
    return std::nullopt;
  }
  batch.index = index_++;
  move_to(batch.end_offset());
  return batch;
}

// The chunk is kept for what is read next.
void Framer::move_to(std::uint64_t offset) {
  source_.go_to(offset);
  ended_ = false;
  end_ = begin_;
  base_ = offset - begin_;
}

void Framer::return_to(const Place& place) {
  move_to(place.offset);
  index_ = place.batches;
  error_ = place.error;
  puts_off_ = true;
}

bool Framer::read_at(std::uint64_t offset, std::span<std::uint8_t> to) {
  std::optional<SourceError> error = source_.read_at(offset, to);
  if (!error) return true;
  error_ = std::move(error);
  return false;
}

bool Framer::expire() {
  if (!source_.expired()) return false;
  error_ = SourceError{SourceError::Kind::LimitReached, kTimeIsOver};
  return true;
}

std::span<const std::uint8_t> Framer::peek(std::size_t size) {
  starved_ = false;
  if (available() < size) fill(size);
  if (!chunk_) return {};
  return {chunk_->bytes.get() + begin_, available()};
}

void Framer::skip(std::size_t size) { begin_ += std::min(size, available()); }

void Framer::unread(const Batch& batch) {
  --index_;
  if (batch.put_off) {
    puts_off_ = false;
    return move_to(batch.offset);
  }
  begin_ -= static_cast<std::size_t>(batch.end_offset() - batch.offset);
}

// Reads until `wanted` bytes are there, or the stream ends. Takes no more reads than it must: on a pipe the
// next read may block for as long as the child has nothing to say.
bool Framer::fill(std::size_t wanted) {
  starved_ = false;
  while (available() < wanted && !ended_ && !starved_) {
    make_room(wanted);
    // What follows may be put off.
    end_ += read_some(puts_off_ ? wanted - available() : chunk_->capacity);
  }
  return available() >= wanted;
}

std::size_t Framer::read_some(std::size_t most) {
  std::uint8_t* const to = chunk_->bytes.get() + end_;
  const std::size_t held = held_cr_ ? 1 : 0;
  if (held_cr_) *to = '\r';
  const std::size_t count = zeros_.read(source_, to + held, std::min(most, chunk_->capacity - end_ - held));
  if (count == 0) (may_starve() ? starved_ : ended_) = true;
  return undo_crlf_ ? without_crs(to, held + count) : count;
}

// Leaves out each CR that an LF follows; one at the end waits for its next byte, if there is one.
std::size_t Framer::without_crs(std::uint8_t* bytes, std::size_t count) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (bytes[i] != '\r' || bytes[i + 1] != '\n') bytes[kept++] = bytes[i];
  }
  held_cr_ = count > 0 && !ended_ && bytes[count - 1] == '\r';
  if (count > 0 && !held_cr_) bytes[kept++] = bytes[count - 1];
  return kept;
}

void Framer::undo_crlf() {
  undo_crlf_ = true;
  if (!chunk_) return;
  // What was given out of this chunk must stay as it is.
  const std::span<const std::uint8_t> rest{chunk_->bytes.get() + begin_, available()};
  const std::uint64_t position = offset();
  const ChunkRef next = acquire(rest.size() + 1);
  std::copy(rest.begin(), rest.end(), next->bytes.get());
  end_ = without_crs(next->bytes.get(), rest.size());
  begin_ = 0;
  base_ = position;
  chunk_ = next;
}

void Framer::go_back(std::span<const std::uint8_t> bytes, std::uint64_t batches) {
  const std::span<const std::uint8_t> rest{chunk_->bytes.get() + begin_, available()};
  const std::uint64_t position = offset() - bytes.size();
  const ChunkRef next = acquire(bytes.size() + rest.size() + 1);
  std::copy(bytes.begin(), bytes.end(), next->bytes.get());
  std::copy(rest.begin(), rest.end(), next->bytes.get() + bytes.size());
  end_ = bytes.size() + rest.size();
  begin_ = 0;
  base_ = position;
  index_ -= batches;
  chunk_ = next;
}

void Framer::make_room(std::size_t wanted) {
  // A CR that is held back takes a byte more.
  if (chunk_ && end_ + 1 < chunk_->capacity && begin_ + wanted < chunk_->capacity) return;
  const ChunkRef next = acquire(wanted + 2);
  if (available() > 0) std::memcpy(next->bytes.get(), chunk_->bytes.get() + begin_, available());
  base_ += begin_;
  end_ -= begin_;
  begin_ = 0;
  chunk_ = next;
}

ChunkRef Framer::acquire(std::size_t size) {
  std::size_t all = 0;
  for (const ChunkRef& chunk : pool_) {
    if (chunk.use_count() == 1 && chunk->capacity >= size) return chunk;
    all += chunk->capacity;
  }
  pool_.push_back(std::make_shared<Chunk>(std::max(size, std::clamp(all, kLeastChunkSize, kMostChunkSize))));
  return pool_.back();
}

}  // namespace tracecheck

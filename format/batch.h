// Batch headers: the frames that the bytes of a trace come in. Fact from: FORMAT.md section 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "format/event_type.h"
#include "format/varint.h"
#include "tracecheck/damage.h"

namespace tracecheck {

struct BatchHeader {
  EventType type = EventType::None;  // EventBatch, ExperimentalBatch or EndOfGeneration
  std::uint8_t experiment = 0;       // 0: none
  std::uint64_t generation = 0;
  std::uint64_t thread = 0;     // kNoThread for none
  std::uint64_t time = 0;       // clock units
  std::uint64_t size = 0;       // bytes of data that follow the header
  std::size_t header_size = 0;  // bytes of the header itself
  std::size_t size_width = 0;   // of these, bytes that `size` takes: ten where the runtime wrote it
};

/// Bytes of a batch's header, at the most.
inline constexpr std::size_t kMaxBatchHeaderSize = 2 + 4 * kMaxVarintBytes;

/// Whether a batch of strings, with `size` bytes of data, may be the last one of its generation. It rarely is full,
/// while one that comes earlier does so because it is: the next string did not fit. Fact from: FORMAT.md section 10.
bool may_be_last_strings(std::size_t size);

enum class BatchStatus : std::uint8_t { Ok, Short, NotABatch, VarintOverflow, TooLarge };

struct BatchParse {
  BatchStatus status = BatchStatus::Short;
  BatchHeader header;                    // on failure: what was read before the field that failed
  Reading reading = Reading::BatchType;  // the field that failed
};

/// Reads one batch header at the start of `bytes`. An EndOfGeneration marker has no fields and no data.
BatchParse parse_batch_header(std::span<const std::uint8_t> bytes);

}  // namespace tracecheck

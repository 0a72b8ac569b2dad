// Recognising gzip and zstd by their first bytes.
#pragma once

#include <cstdint>
#include <span>

#include "tracecheck/byte_source.h"

namespace tracecheck {

struct CompressionGuess {
  Compression compression = Compression::None;
  bool certain = true;  // false: more bytes are needed to tell
};

/// Judges the first bytes of a stream; four are enough to be certain. Text and traces are mostly told from
/// their first byte, so that nothing is waited for on a pipe. A zstd stream may start with a skippable frame.
CompressionGuess guess_compression(std::span<const std::uint8_t> bytes);

}  // namespace tracecheck

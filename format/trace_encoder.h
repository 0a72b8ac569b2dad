// From batches to the bytes of a trace, as the runtime writes them. Fact from: FORMAT.md sections 1 and 2.
//
// Numbers are appended by format/varint.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "format/batch.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// Appends the header that a trace begins with.
void append_header(std::string& out, GoVersion version);

/// Appends the header of a batch of `header.size` bytes, the size padded to ten bytes; of an EndOfGeneration only its
/// type.
void append_batch_header(std::string& out, const BatchHeader& header);

/// Appends a whole batch. Its size is that of `data`, whatever `header` says.
void append_batch(std::string& out, BatchHeader header, std::span<const std::uint8_t> data);

}  // namespace tracecheck

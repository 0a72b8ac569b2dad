// How much of what should be the data of a batch is whole events or records, without what they mean.
// Fact from: FORMAT.md sections 2 and 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "format/batch.h"

namespace tracecheck {

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
std::optional<BatchContent> look_at_content(const BatchHeader& header, std::span<const std::uint8_t> data);

}  // namespace tracecheck

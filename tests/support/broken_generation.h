// The generation that a trace of a test holds, as salvage has it: all that can be read, nothing judged.
#pragma once

#include <memory>

#include "format/clock.h"
#include "reader/generation.h"
#include "tests/support/trace_builder.h"

namespace tracecheck::testing {

/// Not finished yet.
inline std::unique_ptr<Generation> unfinished_generation(const TraceBuilder& trace) {
  const std::unique_ptr<ByteSource> source = open_bytes(trace.bytes());
  Framer framer(*source);
  const std::size_t header = TraceBuilder(trace.version()).size();
  framer.peek(header);
  framer.skip(header);
  std::unique_ptr<Generation> generation;
  for (auto item = framer.next(); const Batch* batch = std::get_if<Batch>(&item); item = framer.next()) {
    if (!generation) {
      generation = std::make_unique<Generation>(trace.version(), batch->header.generation, batch->offset);
    }
    if (batch->header.type != EventType::EndOfGeneration) generation->add_what_is_sound(*batch);
  }
  return generation;
}

/// With a clock of which a unit is a nanosecond.
inline std::unique_ptr<Generation> broken_generation(const TraceBuilder& trace) {
  std::unique_ptr<Generation> generation = unfinished_generation(trace);
  generation->finish_unfinished(Clock(kNanoseconds));
  return generation;
}

}  // namespace tracecheck::testing

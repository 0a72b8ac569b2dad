// What the parts are timed on: the first generation of a trace of mixed work, as each part is given it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reader/generation.h"
#include "tracecheck/reader.h"

namespace tracecheck::bench {

std::string sample_path();

/// The trace's bytes behind its header.
std::vector<std::uint8_t> sample_batches();

std::unique_ptr<Generation> sample_generation();

/// The typed events of the generation. They live as long as this object, whose reader has gone no further.
class SampleEvents {
 public:
  SampleEvents();
  std::span<const Event> events() const { return events_; }

 private:
  Reader reader_;
  std::vector<Event> events_;
};

}  // namespace tracecheck::bench

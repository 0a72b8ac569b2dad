// What all file formats that events are exported to have in common.
#pragma once

#include <cstdint>
#include <string>

#include "tracecheck/event.h"
#include "tracecheck/reader.h"

namespace tracecheck {

/// Writes the selected events of one trace in one format, at the end of a string that the caller empties
/// whenever it likes. Called in the order of the functions here. Not copied: it refers to itself.
class EventFormat {
 public:
  EventFormat() = default;
  EventFormat(const EventFormat&) = delete;
  EventFormat& operator=(const EventFormat&) = delete;
  virtual ~EventFormat() = default;

  /// Once. `first` is the trace's first event, selected or not; null if none came, then the read has ended.
  virtual void begin(std::string& out, const Reader& reader, const Event* first) = 0;

  /// Before the first event of each generation: stack ids mean other stacks from here on.
  virtual void generation_begins() {}

  /// A selected event.
  virtual void event(std::string& out, const Event& event) = 0;

  /// Once, when the read has ended. `events` came out of the reader, selected or not; `exit` is the
  /// command's exit code.
  virtual void end(std::string& out, const Reader& reader, std::uint64_t events, int exit) = 0;
};

}  // namespace tracecheck

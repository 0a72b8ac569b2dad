// From raw text to a trace: what `tracecheck assemble` does.
#pragma once

#include <cstdint>
#include <string>

#include "export/sink.h"
#include "tracecheck/byte_source.h"

namespace tracecheck {

struct AssembleResult {
  enum class Status : std::uint8_t {
    Done,
    BadText,     // `line` and `message` tell what is wrong
    Unreadable,  // the source failed, or its compressed data is damaged or cut; `message` tells
    Stopped,     // the sink took no more
  };
  Status status = Status::Done;
  std::uint64_t line = 0;  // from 1
  std::string message;     // a sentence
};

/// Reads text line by line and writes the bytes it stands for. What precedes an error has been written.
AssembleResult assemble_text(ByteSource& source, const Sink& sink);

}  // namespace tracecheck

// How what has lost its text is shown to people: by the id that it has in the trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tracecheck/event.h"

namespace tracecheck {

/// The text, or "string#N" where `lost` is not 0.
inline std::string text_or_id(std::string_view text, std::uint64_t lost) {
  return lost == 0 ? std::string(text) : "string#" + std::to_string(lost);
}

/// The range's name; `lost` is the id of its lost stop kind, 0 where nothing is lost.
inline std::string range_name(const Range& range, std::uint64_t lost) {
  return lost == 0 ? range.name() : "stop-the-world (" + text_or_id({}, lost) + ")";
}

/// "main.worker main.go:42"
inline std::string frame_text(const Frame& frame) {
  return text_or_id(frame.function, frame.lost_function) + " " + text_or_id(frame.file, frame.lost_file) + ":" +
         std::to_string(frame.line);
}

}  // namespace tracecheck

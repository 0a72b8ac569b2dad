#include "export/stack_text.h"

#include <cstddef>

#include "analysis/frames_record.h"
#include "export/lost_text.h"

namespace tracecheck {

std::string stack_text(std::string_view record) {
  constexpr std::size_t kMostFrames = 3;
  std::string text;
  std::size_t count = 0;
  for (Frame frame : frames_of_record(record)) {
    if (count++ == kMostFrames) break;
    frame.file = frame.file.substr(frame.file.rfind('/') + 1);
    if (!text.empty()) text += " < ";
    text += frame_text(frame);
  }
  return text;
}

}  // namespace tracecheck

#include "export/stack_text.h"

#include <algorithm>

#include "analysis/frames_record.h"
#include "export/lost_text.h"

namespace tracecheck {
namespace {

constexpr std::size_t kMostFrames = 3;

// "wg.Wait" or "syscall.Read" say more than the reason of a wait, which is "sync" or "syscall".
bool is_named_wait(const Frame& frame) {
  return frame.function.starts_with("sync.") || frame.function.starts_with("syscall.");
}

bool is_machinery(const Frame& frame) {
  return frame.function.starts_with("runtime.") || frame.function.starts_with("internal/") || is_named_wait(frame);
}

}  // namespace

std::size_t first_telling_frame(const std::vector<Frame>& frames) {
  const auto first = std::find_if_not(frames.begin(), frames.end(), is_machinery);
  if (first == frames.end()) return 0;
  const auto count = static_cast<std::size_t>(first - frames.begin());
  return count > 0 && is_named_wait(frames[count - 1]) ? count - 1 : count;
}

std::string stack_text(std::string_view record) {
  const std::vector<Frame> frames = frames_of_record(record);
  const std::size_t first = first_telling_frame(frames);
  std::string text;
  for (std::size_t i = first; i < std::min(frames.size(), first + kMostFrames); ++i) {
    Frame frame = frames[i];
    frame.file = frame.file.substr(frame.file.rfind('/') + 1);
    if (!text.empty()) text += " < ";
    text += frame_text(frame);
  }
  return text;
}

}  // namespace tracecheck

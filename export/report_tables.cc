#include "export/report_tables.h"

#include <algorithm>
#include <vector>

#include "analysis/frames_record.h"
#include "export/escape.h"
#include "export/json_value.h"
#include "export/lost_text.h"

namespace tracecheck {
namespace {

constexpr std::size_t kMostText = 300;                  // bytes of a text
constexpr std::size_t kMostTexts = 4U * 1024U * 1024U;  // bytes of all
constexpr std::size_t kMostFrames = 64;                 // of a stack
constexpr std::size_t kMostStacks = 1024U * 1024U;      // bytes of all, about

}  // namespace

std::size_t ReportTables::text(std::string_view text, std::uint64_t lost) {
  if (text.empty() && lost == 0) return 0;
  std::string shown = lost == 0 ? escaped_start(text, kMostText) : text_or_id({}, lost);
  if (text_size_ > kMostTexts && !text_numbers_.contains(shown)) shown = "(left out)";
  const auto [known, is_new] = text_numbers_.try_emplace(std::move(shown), texts_.size());
  if (is_new) {
    text_size_ += known->first.size();
    texts_.push_back(known->first);
  }
  return known->second;
}

std::size_t ReportTables::frame(const Frame& frame) {
  Json numbers = Json::array();
  numbers.push_back(text(frame.function, frame.lost_function));
  numbers.push_back(text(frame.file, frame.lost_file));
  numbers.push_back(json_number(frame.line));
  const auto [known, is_new] = frame_numbers_.try_emplace(numbers.dump(), frames_.size());
  if (!is_new) return known->second;
  size_ += known->first.size() + std::min(frame.function.size(), kMostText) + std::min(frame.file.size(), kMostText);
  frames_.push_back(std::move(numbers));
  return known->second;
}

std::size_t ReportTables::stack(const std::string& record) {
  if (record.empty()) return 0;
  if (const auto known = stack_numbers_.find(record); known != stack_numbers_.end()) return known->second;
  if (size_ > kMostStacks) {
    ++left_out_;
    return 0;
  }
  std::vector<Frame> frames = frames_of_record(record);
  Json numbers = Json::array();
  for (std::size_t i = 0; i < std::min(frames.size(), kMostFrames); ++i) numbers.push_back(frame(frames[i]));
  if (frames.size() > kMostFrames) {
    const std::string more = "(and " + std::to_string(frames.size() - kMostFrames) + " more frames)";
    Frame last;
    last.function = more;
    numbers.push_back(frame(last));
  }
  size_ += 8 * numbers.size();
  const std::size_t number = stacks_.size();
  stacks_.push_back(std::move(numbers));
  stack_numbers_.emplace(record, number);
  return number;
}

}  // namespace tracecheck

// The texts and stacks of the report's page: each stands there once, and is named by its number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tracecheck/event.h"

namespace tracecheck {

class ReportTables {
 public:
  /// A text of the trace, "string#N" if that of `lost` is lost; 0 for "". Once there are too many, a new one is "(left
  /// out)".
  std::size_t text(std::string_view text, std::uint64_t lost = 0);
  /// A stack by its record (analysis/frames_record.h); 0 for one without frames, and for all once there are too many.
  std::size_t stack(const std::string& record);

  /// By number.
  nlohmann::ordered_json texts() { return std::move(texts_); }
  /// Of each the numbers of its frames, innermost first.
  nlohmann::ordered_json stacks() { return std::move(stacks_); }
  /// Of each the numbers of its texts, function and file, and the line.
  nlohmann::ordered_json frames() { return std::move(frames_); }
  /// That there was no room for.
  std::size_t stacks_left_out() const { return left_out_; }

 private:
  std::size_t frame(const Frame& frame);

  using Json = nlohmann::ordered_json;
  Json texts_ = Json::array({""});
  Json stacks_ = Json::array({Json::array()});
  Json frames_ = Json::array();
  std::unordered_map<std::string, std::size_t> text_numbers_ = {{"", 0}};
  std::unordered_map<std::string, std::size_t> stack_numbers_;
  std::unordered_map<std::string, std::size_t> frame_numbers_;
  std::size_t text_size_ = 0;  // of texts, in bytes
  std::size_t size_ = 0;       // about, of stacks, in bytes
  std::size_t left_out_ = 0;
};

}  // namespace tracecheck

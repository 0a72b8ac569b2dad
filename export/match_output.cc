#include "export/match_output.h"

#include <algorithm>
#include <utility>

#include "export/escape.h"
#include "export/event_line.h"

namespace tracecheck {

void MatchOutput::begin_file(const std::string& name) {
  // What reads up to a zero byte wants the name as it is.
  name_ = style_.zero_byte ? name : escaped(name);
  if (style_.color) name_ = "\x1b[35m" + name_ + "\x1b[0m";
  before_match_.clear();
  before_context_.clear();
  if (style_.names && !style_.json) {
    before_match_ = name_ + (style_.zero_byte ? '\0' : ':');
    before_context_ = name_ + (style_.zero_byte ? '\0' : '-');
  }
  matches_ = 0;
  last_lines_.clear();
  last_blocks_.clear();
  printed_.reset();
}

bool MatchOutput::write(std::string_view prefix, std::string_view line) {
  return (prefix.empty() || sink_(prefix)) && sink_(line);
}

bool MatchOutput::take(std::string_view line) {
  ++matches_;
  if (style_.one_match_is_enough()) return false;
  if (style_.last > 0) {
    last_lines_.emplace_back(line);
    if (last_lines_.size() > style_.last) last_lines_.pop_front();
  } else if (style_.prints_lines() && !write(before_match_, line)) {
    return false;
  }
  return !style_.max || matches_ < *style_.max;
}

bool MatchOutput::take(ContextBlock&& block) {
  ++matches_;
  if (style_.last > 0) {
    last_blocks_.push_back(std::move(block));
    if (last_blocks_.size() > style_.last) last_blocks_.pop_front();
  } else if (!print(block)) {
    return false;
  }
  return !style_.max || matches_ < *style_.max;
}

bool MatchOutput::print(ContextBlock& block) {
  block.progress->wanted = block.match + style_.context.after + 1;
  for (ContextBlock::Line& line : block.lines) {
    if (!put(block, line, line.index == block.match)) return false;
  }
  return true;
}

bool MatchOutput::take_behind(ContextBlock&& block) {
  for (ContextBlock::Line& line : block.lines) {
    if (line.index >= block.progress->wanted) break;
    if (!put(block, line, false)) return false;
  }
  return true;
}

// A line of a goroutine, unless a block before had it.
bool MatchOutput::put(const ContextBlock& block, ContextBlock::Line& line, bool is_match) {
  ContextBlock::Progress& progress = *block.progress;
  if (line.index < progress.next) return true;
  const bool goes_on = printed_ == block.progress && line.index == progress.next;
  if (any_printed_ && !goes_on && !style_.json && !sink_("--\n")) return false;
  any_printed_ = true;
  printed_ = block.progress;
  progress.next = line.index + 1;
  if (!is_match) make_context_line(line.text, style_.json);
  return write(is_match ? before_match_ : before_context_, line.text);
}

void MatchOutput::end_file(bool readable, bool failed) {
  if (style_.quiet) return;
  if (style_.lists()) {
    // A file of which that cannot be said is in neither list.
    const bool wanted = style_.list == SearchStyle::List::Matching ? matches_ > 0 : matches_ == 0 && !failed;
    if (wanted) write(name_, style_.zero_byte ? std::string_view("\0", 1) : "\n");
  } else if (style_.count) {
    const std::uint64_t count = style_.last > 0 ? std::min(matches_, style_.last) : matches_;
    if (readable) write(before_match_, std::to_string(count) + '\n');
  }
  if (!style_.prints_lines()) return;
  for (const std::string& line : last_lines_) write(before_match_, line);
  for (ContextBlock& block : last_blocks_) print(block);
}

}  // namespace tracecheck

// What a search prints of its matches: all or the last, counted, or only the names of files; with the events around them.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/goroutine_context.h"
#include "export/sink.h"

namespace tracecheck {

struct SearchStyle {
  bool count = false;
  bool quiet = false;
  enum class List : std::uint8_t { None, Matching, Others };
  List list = List::None;  // the names of files with a match, without one
  bool zero_byte = false;  // after names
  bool names = false;      // before each line
  bool color = false;
  bool wall = false;
  bool json = false;
  bool stack = false;
  std::optional<std::uint64_t> max;
  std::uint64_t last = 0;  // 0: all
  GoroutineContext::Size context;

  bool lists() const { return list != List::None; }
  bool prints_lines() const { return !quiet && !count && !lists(); }
  bool one_match_is_enough() const { return quiet || lists(); }
  bool prints_context() const { return context.any() && prints_lines(); }
};

class MatchOutput {
 public:
  /// `style` outlives it.
  MatchOutput(const SearchStyle& style, Sink sink) : style_(style), sink_(std::move(sink)) {}

  /// `name` stands for the file; lines before are done with.
  void begin_file(const std::string& name);

  /// A match as a line, or with those around it, as EventLines writes them. False: no more are needed.
  bool take(std::string_view line);
  bool take(ContextBlock&& block);
  /// A block whose match does not count: what stands in it behind one that does, is still wanted.
  bool take_behind(ContextBlock&& block);

  /// In this file.
  std::uint64_t matches() const { return matches_; }

  /// What is known only at the end: the last matches, the file's name, the count. `readable`: it is a trace, so that
  /// there is something to count; `failed`: not even that there is no match can be said of it.
  void end_file(bool readable, bool failed);

 private:
  bool print(ContextBlock& block);
  bool put(const ContextBlock& block, ContextBlock::Line& line, bool is_match);
  bool write(std::string_view prefix, std::string_view line);

  const SearchStyle& style_;
  Sink sink_;
  std::string name_;  // as it stands before a line
  std::string before_match_;
  std::string before_context_;
  std::uint64_t matches_ = 0;
  std::deque<std::string> last_lines_;
  std::deque<ContextBlock> last_blocks_;
  std::shared_ptr<ContextBlock::Progress> printed_;  // the goroutine of the line printed last
  bool any_printed_ = false;                         // in any file
};

}  // namespace tracecheck

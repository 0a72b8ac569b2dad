// Patterns that a text is held against: regular expressions (RE2) or fixed texts.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck {

struct PatternStyle {
  bool fixed = false;  // the pattern is a text, not a regular expression
  bool whole = false;  // the whole text must match, not a part of it
  bool ignore_case = false;
};

/// Any of several patterns. A text counts as one line, whatever it holds: `.` stands for a line's end too.
class Patterns {
 public:
  /// Adds a pattern, or says in a sentence what is wrong with it.
  std::optional<std::string> add(const std::string& pattern, const PatternStyle& style);

  bool empty() const { return patterns_.empty(); }
  bool match(std::string_view text) const;
  /// Whether a text that stands somewhere in `bytes` may match: told at a glance where all patterns are plain texts,
  /// and true where they are not.
  bool may_match_within(std::string_view bytes) const;
  /// One of them matches every text there is, so that a text that is lost would match too.
  bool match_anything() const { return match_anything_; }
  /// The first match in `text` at or behind `at` that is not empty; empty if there is none.
  std::string_view find(std::string_view text, std::size_t at) const;

 private:
  std::vector<std::shared_ptr<const re2::RE2>> patterns_;  // shared, so that a query can be copied
  std::vector<std::string> plain_;                         // what each stands for, if it stands for itself
  bool whole_ = false;
  bool match_anything_ = false;
};

}  // namespace tracecheck

// What tells one trace from another where many are put together.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace tracecheck {

struct TraceName {
  std::string path;
  std::optional<std::string> host;  // where a LabelPattern finds them in the path
  std::optional<std::string> label;
};

/// Finds the host and the label in a path: by the groups of a regular expression (RE2) that are named so, or the label
/// by the first group where none has a name. May be used by several threads at once.
class LabelPattern {
 public:
  /// The pattern, or a sentence that says what is wrong with it.
  static std::variant<LabelPattern, std::string> make(const std::string& pattern);

  /// What is not found is none.
  TraceName name(const std::string& path) const;

 private:
  std::shared_ptr<const re2::RE2> pattern_;
  int host_ = 0;  // the number of the group; 0 for none
  int label_ = 0;
};

}  // namespace tracecheck

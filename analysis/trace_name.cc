#include "analysis/trace_name.h"

#include <cstddef>
#include <map>
#include <vector>

namespace tracecheck {
namespace {

int group_named(const re2::RE2& pattern, const std::string& name) {
  const auto found = pattern.NamedCapturingGroups().find(name);
  return found == pattern.NamedCapturingGroups().end() ? 0 : found->second;
}

}  // namespace

std::variant<LabelPattern, std::string> LabelPattern::make(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  LabelPattern result;
  result.pattern_ = std::make_shared<const re2::RE2>(pattern, options);
  if (!result.pattern_->ok()) {
    return "the pattern '" + pattern + "' is not a regular expression: " + result.pattern_->error();
  }
  result.host_ = group_named(*result.pattern_, "host");
  result.label_ = group_named(*result.pattern_, "label");
  const bool unnamed = result.pattern_->NamedCapturingGroups().empty();
  if (unnamed && result.pattern_->NumberOfCapturingGroups() > 0) result.label_ = 1;
  if (result.host_ == 0 && result.label_ == 0) {
    return "the pattern '" + pattern +
           "' has no group that tells a host or a label: give (?P<host>...), "
           "(?P<label>...), or (...) for the label";
  }
  return result;
}

TraceName LabelPattern::name(const std::string& path) const {
  TraceName result{path, std::nullopt, std::nullopt};
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(pattern_->NumberOfCapturingGroups()) + 1);
  const int count = static_cast<int>(groups.size());
  if (!pattern_->Match(path, 0, path.size(), re2::RE2::UNANCHORED, groups.data(), count)) return result;
  const auto text = [&groups](int group) -> std::optional<std::string> {
    const re2::StringPiece& found = groups[static_cast<std::size_t>(group)];
    if (group == 0 || found.data() == nullptr) return std::nullopt;
    return std::string(found.data(), found.size());
  };
  result.host = text(host_);
  result.label = text(label_);
  return result;
}

}  // namespace tracecheck

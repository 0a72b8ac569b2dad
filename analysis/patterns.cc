#include "analysis/patterns.h"

#include <algorithm>
#include <cstring>

#include "format/utf8.h"

namespace tracecheck {
namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const DecodedRune rune = decode_rune(text);
    if (!rune.valid) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

// Whether nothing but the pattern itself matches it.
bool is_plain(const std::string& pattern, const PatternStyle& style) {
  if (pattern.empty() || style.ignore_case) return false;
  return style.fixed || pattern.find_first_of("\\.+*?()|[]{}^$") == std::string::npos;
}

// The library's own view type, of the version that Debian 12 has.
re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::optional<std::string> Patterns::add(const std::string& pattern, const PatternStyle& style) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_literal(style.fixed);
  options.set_case_sensitive(!style.ignore_case);
  options.set_dot_nl(true);
  // A pattern that is no UTF-8 is meant for bytes.
  if (!is_utf8(pattern)) options.set_encoding(RE2::Options::EncodingLatin1);
  auto compiled = std::make_shared<const RE2>(pattern, options);
  if (!compiled->ok()) return "the pattern '" + pattern + "' is not a regular expression: " + compiled->error();
  patterns_.push_back(std::move(compiled));
  if (is_plain(pattern, style)) plain_.push_back(pattern);
  whole_ = style.whole;
  match_anything_ = match_anything_ || (pattern.empty() && !style.whole);
  return std::nullopt;
}

bool Patterns::match(std::string_view text) const {
  if (match_anything_) return true;
  const RE2::Anchor anchor = whole_ ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
  for (const auto& pattern : patterns_) {
    if (pattern->Match(piece(text), 0, text.size(), anchor, nullptr, 0)) return true;
  }
  return false;
}

bool Patterns::may_match_within(std::string_view bytes) const {
  if (plain_.size() < patterns_.size()) return true;
  // memmem is many times as fast as the search of a string_view.
  return std::any_of(plain_.begin(), plain_.end(), [bytes](const std::string& text) {
    return memmem(bytes.data(), bytes.size(), text.data(), text.size()) != nullptr;
  });
}

std::string_view Patterns::find(std::string_view text, std::size_t at) const {
  const RE2::Anchor anchor = whole_ ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
  std::string_view first;
  for (const auto& pattern : patterns_) {
    re2::StringPiece found;
    if (!pattern->Match(piece(text), at, text.size(), anchor, &found, 1) || found.empty()) continue;
    const std::string_view here(found.data(), found.size());
    if (first.empty() || here.data() < first.data()) first = here;
  }
  return first;
}

}  // namespace tracecheck

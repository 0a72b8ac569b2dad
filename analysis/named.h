// A word that somebody wrote, in a sentence about it.
#pragma once

#include <string>
#include <string_view>

namespace tracecheck {

/// The text, or '' where it is empty.
inline std::string named(std::string_view text) { return text.empty() ? "''" : std::string(text); }

}  // namespace tracecheck

// Signals by name and number.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracecheck {

/// "SIGKILL"; "signal 40" for one without a name.
std::string signal_name(int number);

/// Of "SIGKILL", "KILL" or "9".
std::optional<int> parse_signal(std::string_view text);

}  // namespace tracecheck

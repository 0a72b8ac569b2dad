// The text that `go tool trace -d=parsed` prints, an event at a time.
#pragma once

#include <string>

#include "tracecheck/event.h"

namespace tracecheck {

/// Appends `event` as the Go tool prints it, the line's end included. Wall times are in the local zone. A salvaged
/// event has "~" before it, one that was not replayed "~?"; what is lost shows its id.
void append_parsed_text(std::string& out, const Event& event);

}  // namespace tracecheck

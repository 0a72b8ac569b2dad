// The text that `go tool trace -d=parsed` prints, an event at a time.
#pragma once

#include <string>

#include "export/stack_cache.h"
#include "export/text_workers.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// The frames of a stack, a line for the function of each and one for its place.
void append_stack_text(std::string& out, const Stack& stack);

/// The events of one trace, in their order.
class ParsedText {
 public:
  /// Appends `event` as the Go tool prints it, the line's end included. Wall times are in the local zone. A salvaged
  /// event has "~" before it, one that was not replayed "~?"; what is lost shows its id.
  void append(std::string& text, const Event& event);

 private:
  StackCache stacks_{append_stack_text};
};

/// For the events of one generation.
EventWriter parsed_text_writer();

}  // namespace tracecheck

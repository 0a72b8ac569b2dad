// Whether an event's stack tells something of the goroutine that it happens on.
#pragma once

#include "tracecheck/event.h"

namespace tracecheck {

/// A sample's goroutine may contradict the events around it, and a status that is told of another goroutine (GoStatusStack)
/// has that one's stack.
inline bool has_stack_of_context(const Event& event) {
  if (!event.stack.present() || event.goroutine == kNone || event.kind() == EventKind::StackSample) return false;
  const auto* transition = event.as<StateTransition>();
  return transition == nullptr || transition->stack != event.stack || transition->resource.id == event.goroutine;
}

}  // namespace tracecheck

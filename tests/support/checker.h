// Feeds hand-made events to the checks of FORMAT.md section 8.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reader/stack_table.h"
#include "reader/validator.h"

namespace tracecheck::testing {

class Checker {
 public:
  explicit Checker(GoVersion version = GoVersion::Go126) : validator_(version) {}

  /// The next event, a time unit later; "ok", or the code of the first rule that it breaks.
  std::string event(EventBody body, ThreadId thread = 1, Stack stack = {}) {
    return event_at(time_ + 1, std::move(body), thread, stack);
  }
  std::string event_at(Time time, EventBody body, ThreadId thread = 1, Stack stack = {}) {
    time_ = time;
    Event event;
    event.time = time;
    event.thread = thread;
    event.stack = stack;
    event.body = std::move(body);
    const auto problem = validator_.check(event);
    return problem ? std::string(damage_code_name(problem->code)) : "ok";
  }

  /// A Sync that begins a generation, with a snapshot that goes with its number.
  std::string sync(std::uint64_t n) { return sync(n, ClockSnapshot{static_cast<Time>(100 * n), 100 * n, 100 * n, 5}); }
  std::string sync(std::uint64_t n, std::optional<ClockSnapshot> snapshot) {
    Sync body;
    body.n = n;
    body.begins_generation = true;
    body.clock_snapshot = snapshot;
    return event(body, kNone);
  }

  std::string goroutine(std::int64_t id, State from, State to, ThreadId thread = 1) {
    return transition({ResourceKind::Goroutine, id}, from, to, thread);
  }
  std::string proc(std::int64_t id, State from, State to, ThreadId thread = 1) {
    return transition({ResourceKind::Proc, id}, from, to, thread);
  }
  std::string transition(Resource resource, State from, State to, ThreadId thread = 1, Stack own = {},
                         Stack executing = {}) {
    StateTransition body;
    body.resource = resource;
    body.from = from;
    body.to = to;
    body.stack = own;
    return event(body, thread, executing);
  }

  const Validator& validator() const { return validator_; }

 private:
  Validator validator_;
  Time time_ = 0;
};

/// Stacks 1 (whole), and more as told, for events that need some.
class Stacks {
 public:
  Stacks() : table_(strings_) {
    strings_.insert(1, Text{"text", 4});
    add(1, {{1, 1, 1, 1}, {2, 1, 1, 1}});
  }
  void add(std::uint64_t id, const std::vector<RawFrame>& frames) {
    for (const RawFrame& f : frames) table_.append_frame(f);
    table_.insert(id, frames.size());
  }
  Stack operator[](std::uint64_t id) const { return table_.stack(id); }

 private:
  StringTable strings_;
  StackTable table_;
};

}  // namespace tracecheck::testing

#include "tests/support/replay_scenario.h"

#include <algorithm>
#include <stdexcept>

#include "format/event_table.h"

namespace tracecheck::testing {
namespace {

RawEvent raw_event(EventType type, std::initializer_list<std::uint64_t> args) {
  RawEvent event;
  event.type = type;
  event.time = 100;
  std::copy(args.begin(), args.end(), event.args.begin());
  return event;
}

std::string number(std::int64_t id) { return id == kNone ? "-" : std::to_string(id); }

}  // namespace

bool Scenario::Names::name(std::uint64_t id, std::string_view& text) const {
  const auto found = texts.find(id);
  if (found == texts.end()) return false;
  text = found->second;
  return true;
}

std::string Scenario::tries(ThreadId thread, EventType type, std::initializer_list<std::uint64_t> args) {
  out_ = {};
  Slot& hint = hints_.try_emplace(thread, kNoSlot).first->second;
  switch (replay_.advance(raw_event(type, args), thread, hint, names_, out_)) {
    case Advance::NotYet: return "not yet";
    case Advance::Broken: return "broken";
    case Advance::Advanced: break;
  }
  std::string text;
  for (std::uint32_t i = 0; i < out_.count; ++i) {
    const OrderedEvent& e = out_.events[i];
    if (!text.empty()) text += "; ";
    text += event_type_name(e.type) + " m" + number(e.thread) + " p" + number(e.proc) + " g" + number(e.goroutine);
    if (e.from != e.to || e.from != State::Undetermined) {
      text += " " + std::string(state_name(e.from)) + "->" + std::string(state_name(e.to));
    }
  }
  return text;
}

void Scenario::happens(ThreadId thread, EventType type, std::initializer_list<std::uint64_t> args) {
  const std::string result = tries(thread, type, args);
  if (result == "not yet" || result == "broken") {
    throw std::logic_error(event_type_name(type) + ": " + result + " (" + why() + ")");
  }
}

std::string Scenario::waits_for(ThreadId thread, EventType type, std::initializer_list<std::uint64_t> args) const {
  return replay_.waits_for(raw_event(type, args), thread);
}

}  // namespace tracecheck::testing

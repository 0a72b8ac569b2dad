#include "reader/typed_event.h"

#include "format/event_table.h"

namespace tracecheck {
namespace {

std::string_view text(const Generation& generation, std::uint64_t id) {
  const Text* found = generation.text(id);
  return found == nullptr ? std::string_view() : found->view();
}

EventKind kind_of(EventType type) {
  switch (type) {
    case EventType::CPUSample: return EventKind::StackSample;
    case EventType::ProcsChange:
    case EventType::HeapAlloc:
    case EventType::HeapGoal: return EventKind::Metric;
    case EventType::GoLabel: return EventKind::Label;
    case EventType::STWBegin:
    case EventType::GCBegin:
    case EventType::GCSweepBegin:
    case EventType::GCMarkAssistBegin: return EventKind::RangeBegin;
    case EventType::GCActive:
    case EventType::GCSweepActive:
    case EventType::GCMarkAssistActive: return EventKind::RangeActive;
    case EventType::STWEnd:
    case EventType::GCEnd:
    case EventType::GCSweepEnd:
    case EventType::GCMarkAssistEnd: return EventKind::RangeEnd;
    case EventType::UserTaskBegin: return EventKind::TaskBegin;
    case EventType::UserTaskEnd: return EventKind::TaskEnd;
    case EventType::UserRegionBegin: return EventKind::RegionBegin;
    case EventType::UserRegionEnd: return EventKind::RegionEnd;
    case EventType::UserLog: return EventKind::Log;
    default: return event_spec(type).experiment.empty() ? EventKind::StateTransition : EventKind::Experimental;
  }
}

std::array<EventTraits, 256> make_traits() {
  std::array<EventTraits, 256> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto type = static_cast<EventType>(i);
    const EventSpec& spec = event_spec(type);
    const auto index = [](std::int8_t argument) {
      return argument < 0 ? kNoArgument : static_cast<std::uint8_t>(argument);
    };
    all[i] = {kind_of(type), index(spec.stack_arg), index(spec.new_stack_arg), index(spec.string_args[0]),
              index(spec.string_args[1])};
  }
  // As an event in its place, a sample has nothing but its stack.
  all[static_cast<std::size_t>(EventType::CPUSample)].stack = 0;
  return all;
}

void fill_transition(const OrderedEvent& event, const Generation& generation, Event& typed) {
  StateTransition& transition = typed.body.emplace<StateTransition>();
  transition.resource = event.resource;
  transition.from = event.from;
  transition.to = event.to;
  switch (event.type) {
    case EventType::GoCreate:
    case EventType::GoCreateBlocked: transition.stack = generation.stacks().stack(event.args[1]); break;
    case EventType::GoStop:
    case EventType::GoBlock:
      transition.reason = text(generation, event.args[0]);
      transition.stack = typed.stack;
      break;
    case EventType::GoSyscallBegin:
    case EventType::GoStatusStack: transition.stack = typed.stack; break;
    default: break;
  }
}

template <typename RangeBody>
RangeBody make_range(const OrderedEvent& event, const Generation& generation) {
  RangeBody range;
  switch (event.type) {
    case EventType::STWBegin:
    case EventType::STWEnd:
      range.type = RangeType::StopTheWorld;
      range.stop_kind = text(generation, event.args[0]);
      range.resource = goroutine_resource(event.goroutine);
      break;
    case EventType::GCSweepBegin:
    case EventType::GCSweepEnd:
      range.type = RangeType::GCSweep;
      range.resource = proc_resource(event.proc);
      break;
    case EventType::GCSweepActive:
      range.type = RangeType::GCSweep;
      range.resource = proc_resource(static_cast<std::int64_t>(event.args[0]));
      break;
    case EventType::GCMarkAssistBegin:
    case EventType::GCMarkAssistEnd:
      range.type = RangeType::GCMarkAssist;
      range.resource = goroutine_resource(event.goroutine);
      break;
    case EventType::GCMarkAssistActive:
      range.type = RangeType::GCMarkAssist;
      range.resource = goroutine_resource(static_cast<std::int64_t>(event.args[0]));
      break;
    default: range.type = RangeType::GCMark; break;
  }
  return range;
}

RangeEnd make_range_end(const OrderedEvent& event, const Generation& generation) {
  RangeEnd range = make_range<RangeEnd>(event, generation);
  if (event.type == EventType::GCSweepEnd) {
    range.has_attributes = true;
    range.bytes_swept = event.args[0];
    range.bytes_reclaimed = event.args[1];
  }
  return range;
}

std::string_view metric_name(EventType type) {
  switch (type) {
    case EventType::ProcsChange: return "/sched/gomaxprocs:threads";
    case EventType::HeapAlloc: return "/memory/classes/heap/objects:bytes";
    default: return "/gc/heap/goal:bytes";
  }
}

Experimental make_experimental(const OrderedEvent& event) {
  const EventSpec& spec = event_spec(event.type);
  Experimental body;
  body.experiment = spec.experiment;
  body.name = spec.name;
  body.argument_count = spec.arg_count;
  for (std::size_t i = 0; i < spec.arg_count; ++i) body.arguments[i] = {spec.args[i].name, event.args[i]};
  return body;
}

void fill_body(const OrderedEvent& event, const Generation& generation, Event& typed) {
  const auto& args = event.args;
  switch (traits_of(event.type).kind) {
    case EventKind::Sync: break;
    case EventKind::StackSample: typed.body.emplace<StackSample>(); break;
    case EventKind::Metric: typed.body = Metric{metric_name(event.type), args[0]}; break;
    case EventKind::Label: typed.body = Label{text(generation, args[0]), goroutine_resource(event.goroutine)}; break;
    case EventKind::RangeBegin: typed.body = make_range<RangeBegin>(event, generation); break;
    case EventKind::RangeActive: typed.body = make_range<RangeActive>(event, generation); break;
    case EventKind::RangeEnd: typed.body = make_range_end(event, generation); break;
    case EventKind::TaskBegin: typed.body = TaskBegin{{args[0], args[1], text(generation, args[2])}}; break;
    case EventKind::TaskEnd: typed.body = TaskEnd{{args[0], event.task_parent, event.task_type}}; break;
    case EventKind::RegionBegin: typed.body = RegionBegin{{args[0], text(generation, args[1])}}; break;
    case EventKind::RegionEnd: typed.body = RegionEnd{{args[0], text(generation, args[1])}}; break;
    case EventKind::Log: typed.body = Log{args[0], text(generation, args[1]), text(generation, args[2])}; break;
    case EventKind::Experimental: typed.body = make_experimental(event); break;
    case EventKind::StateTransition: fill_transition(event, generation, typed); break;
  }
}

}  // namespace

const std::array<EventTraits, 256> kEventTraits = make_traits();

bool lacks_reference(const OrderedEvent& event, const Generation& generation) {
  if (event.type == EventType::CPUSample) return false;
  const EventTraits& traits = traits_of(event.type);
  const StackTable& stacks = generation.stacks();
  return !stacks.contains(event.args[traits.stack]) || !stacks.contains(event.args[traits.new_stack]) ||
         !generation.has_text(event.args[traits.string]) || !generation.has_text(event.args[traits.second_string]);
}

MissingReference find_missing(const OrderedEvent& event, const Generation& generation) {
  const EventSpec& spec = event_spec(event.type);
  auto complain = [&](DamageCode code, const char* what, std::uint64_t id) {
    return MissingReference{code, std::string(spec.name) + " refers to " + what + " " + std::to_string(id) +
                                      ", which the " + what + " table lacks"};
  };
  for (const std::int8_t index : {spec.stack_arg, spec.new_stack_arg}) {
    if (index < 0) continue;
    const std::uint64_t id = event.args[static_cast<std::size_t>(index)];
    if (!generation.stacks().contains(id)) return complain(DamageCode::MissingStack, "stack", id);
  }
  for (const std::int8_t index : spec.string_args) {
    if (index < 0) continue;
    const std::uint64_t id = event.args[static_cast<std::size_t>(index)];
    if (!generation.has_text(id)) return complain(DamageCode::MissingString, "string", id);
  }
  return {};
}

void make_typed(const OrderedEvent& event, const Generation& generation, Event& typed) {
  typed.time = event.time;
  typed.thread = event.thread;
  typed.proc = event.proc;
  typed.goroutine = event.goroutine;
  typed.stack = generation.stacks().stack(event.args[traits_of(event.type).stack]);
  fill_body(event, generation, typed);
}

void make_sync(Time time, const Sync& sync, Event& typed) {
  typed = Event{};
  typed.time = time;
  typed.body = sync;
}

}  // namespace tracecheck

#include "crash/salvaged_order.h"

#include <utility>

#include "format/clock.h"
#include "format/event_table.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

constexpr std::uint64_t kTries = 20'000'000;

std::int64_t known_id(std::int64_t id) { return id >= kMadeUpId ? kNone : id; }

}  // namespace

SalvagedOrder::SalvagedOrder(const Generation& generation, Replay replay, GivenOut given_out)
    : generation_(generation),
      replay_(std::move(replay)),
      merge_(replay_),
      bridge_(replay_, merge_.names()),
      given_out_(std::move(given_out)),
      tries_left_(kTries) {
  replay_.refuse_oddities();
  merge_.begin_broken(generation);
}

bool SalvagedOrder::next() {
  do {
    made_up_.clear();
    if (!step()) return false;
    take_event();
  } while (came_out_before());
  return true;
}

// To the next event of all.
bool SalvagedOrder::step() {
  out_of_order_ = false;
  for (;;) {
    if (tries_left_ == 0 && merge_.fail_first()) {
      replayed_ = false;
      out_of_order_ = true;
      merge_.pass_over(as_it_stands(merge_.failed().event(), replay_.facts_of_thread(merge_.failed().thread())));
    }
    switch (merge_.next()) {
      case Merge::Step::Event: return true;
      case Merge::Step::Drained: return false;
      case Merge::Step::Failed: go_past_failure(); break;
    }
  }
}

void SalvagedOrder::go_past_failure() {
  if (merge_.failure() == Merge::Failure::Malformed) {
    merge_.skip_malformed();
    return;
  }
  replayed_ = false;
  const Cursor& cursor = merge_.failed();
  const Failed failed{cursor.thread(), cursor.offset_of(cursor.place())};
  const std::uint64_t tries = merge_.threads_left();
  tries_left_ -= tries < tries_left_ ? tries : tries_left_;
  if (!event_spec(cursor.event().type).timed()) {
    merge_.pass_over({});
    return;
  }
  const bool again = std::exchange(last_failed_, failed) == failed;
  if (!again && bridge_.prepare(cursor.event(), cursor.thread(), made_up_)) return;
  out_of_order_ = true;
  merge_.pass_over(as_it_stands(cursor.event(), replay_.facts_of_thread(cursor.thread())));
}

void SalvagedOrder::take_event() {
  event_ = merge_.event();
  event_.thread = known_id(event_.thread);
  event_.proc = known_id(event_.proc);
  event_.goroutine = known_id(event_.goroutine);
  event_.resource.id = known_id(event_.resource.id);
  begins_wire_event_ = std::exchange(wire_events_, merge_.wire_events()) != merge_.wire_events();
  if (begins_wire_event_ && event_.type != EventType::CPUSample) look_at_wire();
}

void SalvagedOrder::look_at_wire() {
  const Cursor& cursor = *merge_.last_cursor();
  const Cursor::Place place = merge_.last_place();
  const EventBatch& batch = cursor.batch_of(place);
  const std::uint8_t* at = batch.data.data() + place.offset;
  const std::uint8_t* const end = batch.data.data() + batch.data.size();
  wire_event_.type = static_cast<EventType>(*at++);
  wire_event_.offset = place.offset;
  std::uint64_t delta = 0;
  read_varint(at, end, delta);
  wire_event_.args = {};
  for (std::size_t i = 0; i < event_spec(wire_event_.type).arg_count; ++i) read_varint(at, end, wire_event_.args[i]);
}

bool SalvagedOrder::came_out_before() {
  if (event_.type == EventType::CPUSample) {
    if (merge_.samples_given() <= given_out_.samples) return true;
  } else if (const auto found = given_out_.next.find(wire_thread()); found != given_out_.next.end()) {
    const Cursor::Place place = merge_.last_place();
    const Cursor::Place& next = found->second;
    if (place.batch < next.batch || (place.batch == next.batch && place.offset < next.offset)) return true;
  }
  Time& last = last_time_[event_.thread];
  if (event_.time <= last) event_.time = wrapping_add(last, 1);
  last = event_.time;
  return false;
}

namespace {

OrderedEvent& add_event(OrderedEvents& out, const RawEvent& event, const Replay::ThreadFacts& context,
                        Resource resource = {}, State from = {}, State to = {}) {
  OrderedEvent& made = out.events[out.count++];
  made.type = event.type;
  made.time = event.time;
  made.thread = context.thread;
  made.proc = context.proc;
  made.goroutine = context.goroutine;
  made.args = event.args;
  made.resource = resource;
  made.from = from;
  made.to = to;
  return made;
}

// One goroutine hands over to another: what the replay makes three events of.
OrderedEvents switch_as_it_stands(const RawEvent& event, const Replay::ThreadFacts& context) {
  OrderedEvents out;
  const Resource next = goroutine_resource(static_cast<GoroutineId>(event.args[0]));
  const bool destroys = event.type == EventType::GoSwitchDestroy;
  add_event(out, event, context, next, State::Waiting, State::Runnable);
  OrderedEvent& leaves = add_event(out, event, context, goroutine_resource(context.goroutine), State::Running,
                                   destroys ? State::NotExist : State::Waiting);
  leaves.type = destroys ? EventType::GoDestroy : EventType::GoBlock;
  leaves.args = {};
  OrderedEvent& starts = add_event(out, event, context, next, State::Runnable, State::Running);
  starts.type = EventType::GoStart;
  starts.goroutine = kNone;
  return out;
}

}  // namespace

OrderedEvents as_it_stands(const RawEvent& event, const Replay::ThreadFacts& context) {
  using T = EventType;
  OrderedEvents out;
  const auto emit = [&](Resource resource = {}, State from = {}, State to = {}) -> OrderedEvent& {
    return add_event(out, event, context, resource, from, to);
  };
  const Resource here = goroutine_resource(context.goroutine);
  const Resource named = goroutine_resource(static_cast<GoroutineId>(event.args[0]));
  const Resource proc = proc_resource(static_cast<ProcId>(event.args[0]));
  switch (event.type) {
    case T::GoStart: emit(named, State::Runnable, State::Running); break;
    case T::GoUnblock: emit(named, State::Waiting, State::Runnable); break;
    case T::GoCreate: emit(named, State::NotExist, State::Runnable); break;
    case T::GoCreateBlocked: emit(named, State::NotExist, State::Waiting); break;
    case T::GoCreateSyscall: emit(named, State::NotExist, State::Syscall); break;
    case T::GoStop: emit(here, State::Running, State::Runnable); break;
    case T::GoBlock: emit(here, State::Running, State::Waiting); break;
    case T::GoDestroy: emit(here, State::Running, State::NotExist); break;
    case T::GoDestroySyscall: emit(here, State::Syscall, State::NotExist); break;
    case T::GoSyscallBegin: emit(here, State::Running, State::Syscall); break;
    case T::GoSyscallEnd: emit(here, State::Syscall, State::Running); break;
    case T::GoSyscallEndBlocked: emit(here, State::Syscall, State::Runnable); break;
    case T::GoStatus:
    case T::GoStatusStack: {
      const State state = state_of(static_cast<GoStatusCode>(static_cast<std::uint8_t>(event.args[2])));
      emit(named, state, state);
      break;
    }
    case T::ProcStatus: {
      const State state = state_of(static_cast<ProcStatusCode>(static_cast<std::uint8_t>(event.args[1])));
      emit(proc, state, state);
      break;
    }
    case T::ProcStart: emit(proc, State::Idle, State::Running); break;
    case T::ProcStop: emit(proc_resource(context.proc), State::Running, State::Idle); break;
    case T::ProcSteal: emit(proc, State::Running, State::Idle); break;
    case T::GoSwitch:
    case T::GoSwitchDestroy: return switch_as_it_stands(event, context);
    case T::STWEnd: emit().args[0] = 0; break;
    default: emit(); break;
  }
  return out;
}

}  // namespace tracecheck

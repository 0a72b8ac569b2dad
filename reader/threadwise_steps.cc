// The frequent events of a thread, in one tight loop: threadwise_check.h.
#include "format/varint.h"
#include "reader/event_decoder.h"
#include "reader/replay_steps.h"
#include "reader/threadwise_check.h"

namespace tracecheck {
namespace {

// The numbers of an event as it is read, and whether what they refer to is there.
class Operands {
 public:
  explicit Operands(const ReferenceMemory& references) : references_(references) {}

  void begin(const std::uint8_t* at) { next_ = at; }
  const std::uint8_t* next() const { return next_; }
  /// All of them, so far.
  bool sound() const { return sound_ != 0; }

  [[gnu::always_inline]] std::uint64_t number() { return take(varint_at(next_)); }
  [[gnu::always_inline]] std::uint64_t short_number() { return take(short_varint_at(next_)); }
  [[gnu::always_inline]] std::uint64_t take(const Varint& read) {
    sound_ &= read.size == 0 ? 0 : 1;
    next_ += read.size;
    return read.value;
  }
  [[gnu::always_inline]] std::int64_t id() { return static_cast<std::int64_t>(number()); }
  [[gnu::always_inline]] void stack() { sound_ &= references_.knows_stack(number()); }
  [[gnu::always_inline]] std::uint64_t text() {
    const std::uint64_t id = number();
    sound_ &= references_.knows_text(id);
    return id;
  }

 private:
  const ReferenceMemory& references_;
  const std::uint8_t* next_ = nullptr;
  std::uint64_t sound_ = 1;  // of one width with what it is loaded as: a narrower store would hold the next load up
};

// Ids that come once.
struct Unique {
  SeenIds& goroutines;
  SeenIds& tasks;
};

enum class Taken : std::uint8_t {
  No,  // it is no step, or cannot happen just so
  Yes,
  Told,  // and somebody waits for what it changed, or `told` is to be shown
};

constexpr Taken quiet(bool taken) { return taken ? Taken::Yes : Taken::No; }
constexpr Taken told_if(bool taken) { return taken ? Taken::Told : Taken::No; }

// Lets an event happen that is a frequent annotation, or one of the heap.
[[gnu::always_inline]] inline Taken take_annotation(EventType type, Operands& operands, Replay::Steps& steps,
                                                    SeenIds& tasks, OrderedEvent& told) {
  using T = EventType;
  const std::uint64_t first = operands.number();
  told.args[0] = first;
  told.type = type;
  std::uint64_t parent = 0;
  std::uint64_t name = 0;
  switch (type) {
    case T::UserRegionBegin:
    case T::UserRegionEnd:
      name = operands.number();
      operands.stack();
      return quiet(type == T::UserRegionBegin ? steps.region_begin(first, name) : steps.region_end(first, name));
    case T::UserTaskBegin:
      parent = operands.number();
      name = operands.text();
      operands.stack();
      if (first == kBackgroundTask || first == kNoTask) return Taken::No;
      return quiet(steps.task_begin(first, parent == 0 ? kNoTask : parent, name) && tasks.insert(first));
    case T::UserTaskEnd: operands.stack(); return quiet(steps.task_end(first));
    case T::UserLog:
      told.args[1] = operands.text();
      told.args[2] = operands.text();
      operands.stack();
      return told_if(steps.goroutine_runs());
    default: return told_if(steps.proc_runs() && steps.all_runs());
  }
}

// Lets an event happen that is a usual step of the scheduler, or one of those.
[[gnu::always_inline]] inline Taken take_step(EventType type, Operands& operands, Replay::Steps& steps,
                                              const Unique& unique, OrderedEvent& told) {
  using T = EventType;
  std::int64_t id = 0;
  std::uint64_t number = 0;
  const auto changing = [&steps](bool taken) {
    if (!taken) return Taken::No;
    return steps.has_awaited() ? Taken::Told : Taken::Yes;
  };
  switch (type) {
    case T::GoStart: id = operands.id(); return changing(steps.go_start(id, operands.number()));
    case T::GoStop:
      operands.text();
      operands.stack();
      return changing(steps.go_stop(GoStatusCode::Runnable));
    case T::GoBlock:
      operands.text();
      operands.stack();
      return changing(steps.go_stop(GoStatusCode::Waiting));
    case T::GoUnblock:
      id = operands.id();
      number = operands.number();
      operands.stack();
      return changing(steps.go_unblock(id, number));
    case T::GoSyscallBegin:
      number = operands.number();
      operands.stack();
      return changing(steps.syscall_begin(number));
    case T::GoSyscallEnd: return quiet(steps.syscall_end());
    case T::ProcStart: id = operands.id(); return changing(steps.proc_start(id, operands.number()));
    case T::ProcStop: return changing(steps.proc_stop());
    case T::GoCreate:
      id = operands.id();
      operands.stack();
      operands.stack();
      return quiet(steps.go_create(id) && unique.goroutines.insert(static_cast<std::uint64_t>(id)));
    case T::GoDestroy: return quiet(steps.go_destroy());
    case T::UserRegionBegin:
    case T::UserRegionEnd:
    case T::UserTaskBegin:
    case T::UserTaskEnd:
    case T::UserLog:
    case T::HeapAlloc: return take_annotation(type, operands, steps, unique.tasks, told);
    default: return Taken::No;
  }
}

}  // namespace

// Most events by far. The first one that is none is left for `pass_any`.
void ThreadwiseCheck::pass_steps(Runner& runner) {
  if (runner.thread == kNoSlot || runner.robbed_lately || runner.open ||
      static_cast<std::size_t>(runner.end - runner.at) < kMostEventBytes)
    return;
  const std::uint8_t* const last = runner.end - kMostEventBytes;
  const std::uint8_t* at = runner.at;
  Time time = runner.time;
  std::uint64_t events = 0;
  Replay::Steps steps(replay_, runner.thread);
  Operands operands(references_);
  OrderedEvent told;
  const Unique unique{met_goroutines_, met_tasks_};
  const Clock clock = clock_;
  while (at <= last) {
    operands.begin(at + 1);
    const Time now = wrapping_add(time, clock.to_ns(operands.short_number()));
    if (now < time) break;
    steps.at(now);
    const Taken taken = take_step(static_cast<EventType>(*at), operands, steps, unique, told);
    if (taken == Taken::No) break;
    at = operands.next();
    time = now;
    ++events;
    if (taken == Taken::Told) [[unlikely]]
      tell(told, time, steps);
  }
  runner.at = at;
  runner.time = time;
  events_ += events;
  sound_ &= operands.sound();
  inverted_ |= steps.inverted();
}

void ThreadwiseCheck::tell(OrderedEvent& event, Time time, Replay::Steps& steps) {
  if (steps.has_awaited()) return changed(steps.take_awaited(), time);
  event.time = time;
  steps.fill_context(event);
  account_.see(event, generation_);
}

}  // namespace tracecheck

// Why an event cannot advance yet, in words: FORMAT.md section 6, column "not yet, unless".
#include "format/event_table.h"
#include "reader/replay.h"

namespace tracecheck {
namespace {

std::string_view status_name(GoStatusCode status) {
  switch (status) {
    case GoStatusCode::None: return "undetermined";
    case GoStatusCode::Runnable: return "runnable";
    case GoStatusCode::Running: return "running";
    case GoStatusCode::Syscall: return "in a syscall";
    case GoStatusCode::Waiting: return "waiting";
  }
  return "undetermined";
}

std::string_view status_name(ProcStatusCode status) {
  switch (status) {
    case ProcStatusCode::None: return "undetermined";
    case ProcStatusCode::Running: return "running";
    case ProcStatusCode::Idle: return "idle";
    case ProcStatusCode::Syscall: return "in a syscall";
    case ProcStatusCode::SyscallAbandoned: return "in an abandoned syscall";
  }
  return "undetermined";
}

// "goroutine 5 to be runnable at sequence number 2; it is waiting at 0"
template <typename Map>
std::string describe(const Map& map, std::string_view what, std::int64_t id, std::string_view wanted,
                     std::uint64_t number) {
  std::string text = std::string(what) + " " + std::to_string(id) + " to be " + std::string(wanted);
  if (number > 0) text += " at sequence number " + std::to_string(number - 1);
  const Slot slot = map.find(id);
  if (slot == kNoSlot) return text + "; nothing is known of it";
  return text + "; it is " + std::string(status_name(map[slot].status)) + " at " +
         std::to_string(map[slot].sequence.number);
}

}  // namespace

std::string Replay::waits_for(const RawEvent& event, ThreadId thread_id) const {
  const auto id = static_cast<std::int64_t>(event.args[0]);
  const std::uint64_t number = event.args[1];
  std::string text = event_type_name(event.type) + " of thread " + std::to_string(thread_id) + " waits for ";
  switch (event.type) {
    case EventType::ProcStart: return text + describe(procs_, "proc", id, "idle", number);
    case EventType::ProcSteal: return text + describe(procs_, "proc", id, "in a syscall", number);
    case EventType::GoStart: return text + describe(goroutines_, "goroutine", id, "runnable", number);
    case EventType::GoUnblock:
    case EventType::GoSwitch:
    case EventType::GoSwitchDestroy: return text + describe(goroutines_, "goroutine", id, "waiting", number);
    case EventType::GoSyscallEndBlocked: return text + "its proc to be taken away or stopped";
    case EventType::GCActive:
    case EventType::GCBegin:
    case EventType::GCEnd:
      return text + "GC event " + std::to_string(event.args[0] - 1) + "; the last was " + std::to_string(gc_sequence_);
    default: return text + "another thread";
  }
}

}  // namespace tracecheck

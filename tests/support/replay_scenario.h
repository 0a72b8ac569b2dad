// Drives the scheduler's replay from a list of events, without a trace around them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "format/event_type.h"
#include "reader/replay.h"

namespace tracecheck::testing {

/// Statuses on the wire.
enum GoStatusArg : std::uint64_t { kRunnable = 1, kRunning = 2, kInSyscall = 3, kWaiting = 4 };
enum ProcStatusArg : std::uint64_t { kProcRunning = 1, kProcIdle = 2, kProcSyscall = 3, kProcAbandoned = 4 };

class Scenario {
 public:
  /// Begins in generation 1.
  Scenario() { generation(1); }

  void generation(std::uint64_t number) { replay_.begin_generation(number); }
  void refuse_oddities() { replay_.refuse_oddities(); }
  /// Gives a string id a text from now on.
  void name(std::uint64_t id, std::string_view text) { names_.texts[id] = text; }
  void forget_names() { names_.texts.clear(); }

  /// Tries an event. What came of it: "not yet", "broken", or what was let out, "; " between: type, context
  /// and, for a transition, its states, as in "GoStart m1 p0 g- Runnable->Running".
  std::string tries(ThreadId thread, EventType type, std::initializer_list<std::uint64_t> args = {});
  /// As tries, for what has to succeed: throws otherwise.
  void happens(ThreadId thread, EventType type, std::initializer_list<std::uint64_t> args = {});
  /// The message after "broken".
  const std::string& why() const { return replay_.error().message; }
  DamageCode code() const { return replay_.error().code; }
  std::string waits_for(ThreadId thread, EventType type, std::initializer_list<std::uint64_t> args) const;
  const OrderedEvents& out() const { return out_; }

  // By status events, which need the first generation or a known goroutine.
  void proc(ThreadId thread, std::uint64_t id, ProcStatusArg status) {
    happens(thread, EventType::ProcStatus, {id, status});
  }
  void goroutine(ThreadId thread, std::uint64_t id, GoStatusArg status) {
    happens(thread, EventType::GoStatus, {id, static_cast<std::uint64_t>(thread), status});
  }
  /// Thread runs goroutine on proc.
  void running(ThreadId thread, std::uint64_t proc_id, std::uint64_t goroutine_id) {
    proc(thread, proc_id, kProcRunning);
    goroutine(thread, goroutine_id, kRunning);
  }

 private:
  class Names final : public NameSource {
   public:
    std::unordered_map<std::uint64_t, std::string> texts;
    bool name(std::uint64_t id, std::string_view& text) const override;
  };

  Replay replay_;
  Names names_;
  OrderedEvents out_;
  std::map<ThreadId, Slot> hints_;
};

}  // namespace tracecheck::testing

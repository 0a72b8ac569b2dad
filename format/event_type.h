// The event types of the Go execution trace, v2, as numbered on the wire.
//
// Frozen: a number never changes its meaning. A new Go version appends types.
// Fact from: FORMAT.md sections 2 and 4.
#pragma once

#include <cstdint>

namespace tracecheck {

/// A wire event type. Any byte may be cast to it; event_table.h tells which are defined.
enum class EventType : std::uint8_t {
  None = 0,

  // Structural: framing and tables, never among the timed events of a thread.
  EventBatch = 1,
  Stacks = 2,
  Stack = 3,
  Strings = 4,
  String = 5,
  CPUSamples = 6,
  CPUSample = 7,
  Frequency = 8,

  // Timed: Go 1.22 and later.
  ProcsChange = 9,
  ProcStart = 10,
  ProcStop = 11,
  ProcSteal = 12,
  ProcStatus = 13,
  GoCreate = 14,
  GoCreateSyscall = 15,
  GoStart = 16,
  GoDestroy = 17,
  GoDestroySyscall = 18,
  GoStop = 19,
  GoBlock = 20,
  GoUnblock = 21,
  GoSyscallBegin = 22,
  GoSyscallEnd = 23,
  GoSyscallEndBlocked = 24,
  GoStatus = 25,
  STWBegin = 26,
  STWEnd = 27,
  GCActive = 28,
  GCBegin = 29,
  GCEnd = 30,
  GCSweepActive = 31,
  GCSweepBegin = 32,
  GCSweepEnd = 33,
  GCMarkAssistActive = 34,
  GCMarkAssistBegin = 35,
  GCMarkAssistEnd = 36,
  HeapAlloc = 37,
  HeapGoal = 38,
  GoLabel = 39,
  UserTaskBegin = 40,
  UserTaskEnd = 41,
  UserRegionBegin = 42,
  UserRegionEnd = 43,
  UserLog = 44,

  // Go 1.23 and later.
  GoSwitch = 45,
  GoSwitchDestroy = 46,
  GoCreateBlocked = 47,
  GoStatusStack = 48,
  ExperimentalBatch = 49,

  // Go 1.25 and later, structural.
  Sync = 50,
  ClockSnapshot = 51,

  // Go 1.26 and later, structural.
  EndOfGeneration = 52,

  // Experiment AllocFree, Go 1.23 and later.
  Span = 128,
  SpanAlloc = 129,
  SpanFree = 130,
  HeapObject = 131,
  HeapObjectAlloc = 132,
  HeapObjectFree = 133,
  GoroutineStack = 134,
  GoroutineStackAlloc = 135,
  GoroutineStackFree = 136,
};

}  // namespace tracecheck

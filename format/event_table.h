// The one table of events: what each type is called, carries, and since when.
//
// The decoder, the text form, names in messages, the statistics and the exports all read this table;
// a new Go version is new rows here. Fact from: FORMAT.md section 4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "format/event_type.h"

namespace tracecheck {

/// What an argument means.
enum class ArgRole : std::uint8_t {
  Number,      // batch fields, times, experimental identifiers
  Value,       // a plain quantity
  Sequence,    // a sequence number
  Goroutine,   // goroutine id
  Proc,        // proc id
  Thread,      // OS-thread id
  Task,        // user task id
  StringId,    // id in the generation's string table
  StackId,     // id in the generation's stack table: the stack of the executing context
  NewStackId,  // id in the stack table: the stack that a created goroutine starts with
  GoStatus,    // FORMAT.md section 4, gstatus
  ProcStatus,  // FORMAT.md section 4, pstatus
};

struct ArgSpec {
  std::string_view name;
  ArgRole role = ArgRole::Number;
};

/// How an event type appears in a trace.
enum class EventClass : std::uint8_t {
  Undefined,   // no such type
  Structural,  // framing and tables
  Timed,       // an event of a thread: type, time delta, arguments
};

/// The most arguments that any row has, the time delta of timed events not counted.
inline constexpr std::size_t kMaxArgs = 5;

struct EventSpec {
  std::string_view name;
  EventClass event_class = EventClass::Undefined;
  std::uint8_t since = 0;      // first Go 1.x whose header admits it
  std::uint8_t arg_count = 0;  // after the time delta, for timed events
  std::array<ArgSpec, kMaxArgs> args{};
  std::string_view experiment;  // empty for none
  std::int8_t stack_arg = -1;   // index of the StackId argument, -1 for none
  std::int8_t new_stack_arg = -1;
  std::array<std::int8_t, 2> string_args{-1, -1};

  std::span<const ArgSpec> arguments() const { return {args.data(), arg_count}; }
  bool timed() const { return event_class == EventClass::Timed; }
};

/// The whole table, by type number.
extern const std::array<EventSpec, 256> kEventTable;

/// The row of a type; for an undefined one a row with an empty name.
inline const EventSpec& event_spec(EventType type) { return kEventTable[static_cast<std::size_t>(type)]; }

/// The type of that name; EventType::None if there is none.
EventType event_type_by_name(std::string_view name);

/// The name of a type, or "type N" for an undefined one: for messages.
std::string event_type_name(EventType type);

}  // namespace tracecheck

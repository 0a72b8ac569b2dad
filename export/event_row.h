// An event as a row of a table: the columns that csv and sqlite have in common. Reference: docs/sql.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "export/event_format.h"
#include "tracecheck/event.h"

namespace tracecheck {

enum class Column : std::uint8_t {
  Segment,
  EventTime,
  Kind,
  Thread,
  Proc,
  Goroutine,
  ResourceKind,
  Resource,
  FromState,
  ToState,
  Reason,
  Task,
  Parent,
  Type,
  Category,
  Message,
  Name,
  Value,
  BytesSwept,
  BytesReclaimed,
  Label,
  Experiment,
  Arguments,
  Wall,
  Stack,
  ResourceStack,
  LostText,
  LostMessage,
  LostStack,
  LostResourceStack,
  Salvaged,
  Replayed,
};

inline constexpr std::size_t kColumns = static_cast<std::size_t>(Column::Replayed) + 1;

/// By Column.
inline constexpr std::array<std::string_view, kColumns> kColumnNames = {
    "segment",        "time",          "kind",         "thread",      "proc",
    "goroutine",      "resource_kind", "resource",     "from_state",  "to_state",
    "reason",         "task",          "parent",       "type",        "category",
    "message",        "name",          "value",        "bytes_swept", "bytes_reclaimed",
    "label",          "experiment",    "arguments",    "wall",        "stack",
    "resource_stack", "lost_text",     "lost_message", "lost_stack",  "lost_resource_stack",
    "salvaged",       "replayed",
};

/// A word of ours, and a text of the trace, which may hold any bytes.
struct CellWord {
  std::string_view text;
};
struct CellText {
  std::string_view text;
};

/// monostate: there is nothing.
using Cell = std::variant<std::monostate, std::int64_t, std::uint64_t, CellWord, CellText, Stack>;

using EventRow = std::array<Cell, kColumns>;

/// Makes rows of the events of one trace.
class EventRows {
 public:
  /// With `wall`, the column of that name has the wall time of every event, and not of Syncs only.
  explicit EventRows(const EventMembers& members) : members_(members) {}

  /// Before the first event of each segment, which is `first`.
  void begin_segment(const Event& first);

  /// As in EventFormat.
  void generation_begins(const std::optional<ClockSnapshot>& clock) { clock_ = clock; }

  /// Valid until the next call, and not longer than the event.
  const EventRow& row(const Event& event);

 private:
  EventMembers members_;
  std::uint64_t segment_ = 0;
  Time start_ = 0;
  std::optional<ClockSnapshot> clock_;
  EventRow row_;
  // What the row has and the event has not: a range's name, arguments, a Sync's wall time; the event's wall time.
  std::string text_;
  std::string wall_;
};

/// Appends `text`; each byte that is not UTF-8, and each NUL, which readers of tables take for an end, becomes U+FFFD.
void append_table_text(std::string& out, std::string_view text);
std::string table_text(std::string_view text);

/// Appends a stack as one line, "main.f (/src/main.go:12) < main.main (/src/main.go:5)", innermost frame first; of a lost
/// text there is "string#N".
void append_stack_line(std::string& out, std::span<const Frame> frames);

}  // namespace tracecheck

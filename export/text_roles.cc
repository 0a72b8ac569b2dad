#include "export/text_roles.h"

#include "export/redacted_trace.h"
#include "format/event_table.h"
#include "format/varint.h"
#include "reader/cursor.h"

namespace tracecheck {
namespace {

// The kind of the text of an event that stands first in its arguments; of a log's two the category.
TextKind kind_of_text(EventType type) {
  switch (type) {
    case EventType::UserTaskBegin: return TextKind::Task;
    case EventType::UserRegionBegin:
    case EventType::UserRegionEnd: return TextKind::Region;
    case EventType::UserLog: return TextKind::Category;
    case EventType::GoLabel: return TextKind::Label;
    default: return TextKind::Reason;
  }
}

void add_events(TextRoles& roles, const RawEvent& event) {
  const EventSpec& spec = event_spec(event.type);
  if (spec.string_args[0] < 0) return;
  roles[event.args[static_cast<std::size_t>(spec.string_args[0])]] |= bit_of(kind_of_text(event.type));
  if (spec.string_args[1] < 0) return;
  roles[event.args[static_cast<std::size_t>(spec.string_args[1])]] |= bit_of(TextKind::Message);
}

// Read by the generation before, so sound. All frames count, also those of which a reader looks at the pc only.
void add_stacks(TextRoles& roles, std::span<const std::uint8_t> data) {
  const std::uint8_t* at = data.data() + 1;
  const std::uint8_t* const end = data.data() + data.size();
  const auto number = [&] {
    std::uint64_t value = 0;
    read_varint(at, end, value);
    return value;
  };
  while (at < end) {
    ++at;  // the record's type
    number();
    for (std::uint64_t frames = number(); frames > 0; --frames) {
      number();
      roles[number()] |= bit_of(TextKind::Function);
      roles[number()] |= bit_of(TextKind::File);
      number();
    }
  }
}

}  // namespace

std::optional<TextRoles> find_text_roles(const Generation& generation) {
  TextRoles roles;
  for (const OtherBatch& batch : generation.other_batches()) {
    const bool is_table = batch.header.experiment == 0 && !batch.data.empty();
    if (is_table && static_cast<EventType>(batch.data[0]) == EventType::Stacks) add_stacks(roles, batch.data);
  }
  for (const ThreadBatches& batches : generation.threads()) {
    Cursor cursor(batches, generation.clock());
    Cursor::Step step = Cursor::Step::Event;
    while ((step = cursor.next()) == Cursor::Step::Event) add_events(roles, cursor.event());
    if (step == Cursor::Step::Malformed) return std::nullopt;
  }
  return roles;
}

}  // namespace tracecheck

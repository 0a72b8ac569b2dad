// Events as comma-separated values (RFC 4180), a row an event. Reference: docs/sql.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "export/event_format.h"
#include "export/event_row.h"
#include "export/stack_cache.h"

namespace tracecheck {

/// Rows of one trace.
class CsvRows {
 public:
  /// `trace`: its name. `for_terminal`: control characters of texts are escaped.
  CsvRows(std::string_view trace, const EventMembers& members, bool for_terminal);
  /// As in EventRows.
  void begin_segment(const Event& first) { rows_.begin_segment(first); }
  void generation_begins(const std::optional<ClockSnapshot>& clock) {
    stacks_.clear();
    rows_.generation_begins(clock);
  }
  /// Appends the event's row and the line's end.
  void append(std::string& out, const Event& event);

 private:
  EventRows rows_;
  StackCache stacks_;
  bool for_terminal_;
  std::string trace_;  // as its cell
};

/// A line with the names of the columns; a line an event, which begins with the trace's name. Texts always stand
/// between quotes and are not changed, save that what is not UTF-8 becomes U+FFFD.
class CsvFormat final : public EventFormat {
 public:
  /// As in CsvRows. Of many traces one behind the other the first has the line `with_names`.
  CsvFormat(std::string_view trace, const EventMembers& members, bool for_terminal, bool with_names)
      : rows_(trace, members, for_terminal), with_names_(with_names) {}
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& /*out*/, const SalvageReader& /*reader*/, const Event& first) override {
    rows_.begin_segment(first);
  }
  void generation_begins(const std::optional<ClockSnapshot>& clock) override { rows_.generation_begins(clock); }
  void event(std::string& out, const Event& event) override { rows_.append(out, event); }
  EventWriter writer() const override;
  void end(std::string& /*out*/, const SalvageReader& /*reader*/, int /*exit*/) override {}

 private:
  CsvRows rows_;
  bool with_names_;
};

}  // namespace tracecheck

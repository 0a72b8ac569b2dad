// Events as comma-separated values (RFC 4180), a row an event. Reference: docs/sql.md.
#pragma once

#include <string>
#include <string_view>

#include "export/event_format.h"
#include "export/event_row.h"
#include "export/stack_cache.h"

namespace tracecheck {

/// Rows of one trace.
class CsvRows {
 public:
  /// `for_terminal`: control characters of the trace's texts are escaped.
  CsvRows(bool with_stacks, bool for_terminal);
  /// As in EventRows.
  void begin_segment(const Event& first) { rows_.begin_segment(first); }
  void generation_begins() { stacks_.clear(); }
  /// Appends the event's row and the line's end.
  void append(std::string& out, const Event& event);

 private:
  EventRows rows_;
  StackCache stacks_;
  bool for_terminal_;
};

/// A line with the names of the columns; a line an event. Texts of the trace always stand between quotes and are not
/// changed, save that what is not UTF-8 becomes U+FFFD.
class CsvFormat final : public EventFormat {
 public:
  CsvFormat(bool with_stacks, bool for_terminal) : rows_(with_stacks, for_terminal) {}
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& /*out*/, const SalvageReader& /*reader*/, const Event& first) override {
    rows_.begin_segment(first);
  }
  void generation_begins() override { rows_.generation_begins(); }
  void event(std::string& out, const Event& event) override { rows_.append(out, event); }
  EventWriter writer() const override;
  void end(std::string& /*out*/, const SalvageReader& /*reader*/, int /*exit*/) override {}

 private:
  CsvRows rows_;
};

}  // namespace tracecheck

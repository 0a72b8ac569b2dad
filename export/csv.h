// Events as comma-separated values (RFC 4180), a row an event. Reference: docs/sql.md.
#pragma once

#include <string>
#include <string_view>

#include "export/event_format.h"
#include "export/event_row.h"
#include "export/stack_cache.h"

namespace tracecheck {

/// A line with the names of the columns; a line an event. Texts of the trace always stand between quotes and are not
/// changed, save that what is not UTF-8 becomes U+FFFD.
class CsvFormat final : public EventFormat {
 public:
  /// `for_terminal`: control characters of the trace's texts are escaped.
  CsvFormat(bool with_stacks, bool for_terminal);
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override;
  void generation_begins() override { stacks_.clear(); }
  void event(std::string& out, const Event& event) override;
  void end(std::string& out, const SalvageReader& reader, int exit) override;

 private:
  EventRows rows_;
  StackCache stacks_;
  bool for_terminal_;
};

}  // namespace tracecheck

// Events as a SQLite database. Reference: docs/sql.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "export/event_format.h"
#include "export/event_row.h"
#include "export/sqlite_database.h"
#include "export/sqlite_facts.h"
#include "export/stack_cache.h"

namespace tracecheck {

/// Hands no text on: what `event` writes is a record of its own, of which `take` makes a row.
class SqliteFormat final : public EventFormat {
 public:
  /// `path` as in SqliteDatabase; whole once `end` has returned and there is no error.
  SqliteFormat(const std::string& path, bool with_stacks);
  ~SqliteFormat() override;
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override;
  void generation_begins() override { stack_records_.clear(); }
  void event(std::string& out, const Event& event) override;
  bool take(std::string_view written, const Sink& sink) override;
  void end(std::string& out, const SalvageReader& reader, int exit) override;
  const std::string& error() const override { return database_.error(); }

 private:
  class Inserter;

  void begin_segment(const Event& first);

  SqliteDatabase database_;
  std::unique_ptr<Inserter> inserter_;  // none once the events are all there
  EventRows rows_;
  StackCache stack_records_;
  std::vector<SegmentStart> starts_;
};

}  // namespace tracecheck

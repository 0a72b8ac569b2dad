// Where an export goes: a stream of text, or a database.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "cmd/export_formats.h"
#include "cmd/output.h"
#include "export/sink.h"
#include "export/sqlite.h"

namespace tracecheck::cmd {

class ExportTarget {
 public:
  explicit ExportTarget(const ExportOptions& options);
  ExportTarget(const ExportTarget&) = delete;
  ExportTarget& operator=(const ExportTarget&) = delete;

  /// What keeps the format from being written there, as bad usage; "" if nothing does.
  std::string unfit() const;
  /// With --skip-done: the exit code that a trace had which stands there already.
  std::optional<int> done(const std::string& path) const;

  /// Takes what the format's functions write.
  Sink sink();
  bool flush();
  /// Puts it in its place. False if that failed.
  bool commit();
  /// A sentence that names the output; "" if all is well.
  std::string error() const;

  bool is_terminal() const { return output_ && output_->is_terminal(); }

 private:
  void open_behind();

  const ExportOptions& options_;
  const NamedFormat& format_;
  std::optional<Output> output_;  // none for a database that is kept
  std::unique_ptr<SqliteWriter> database_;
  std::unordered_map<std::string, int> done_;
  std::string problem_;
};

}  // namespace tracecheck::cmd

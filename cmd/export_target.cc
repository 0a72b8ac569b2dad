#include "cmd/export_target.h"

#include "export/escape.h"
#include "export/ndjson_done.h"

namespace tracecheck::cmd {

ExportTarget::ExportTarget(const ExportOptions& options) : options_(options), format_(*find_format(options.format)) {
  if (options_.skip_done) {
    open_behind();
    return;
  }
  output_.emplace(options_.output);
  if (format_.target == Target::File && !output_->temporary_file().empty()) {
    database_ = std::make_unique<SqliteWriter>(output_->temporary_file(), SqliteDatabase::Use::New);
  }
}

// What is there stays; what was not written to its end is taken away.
void ExportTarget::open_behind() {
  if (format_.target == Target::File) {
    database_ = std::make_unique<SqliteWriter>(options_.output, SqliteDatabase::Use::Kept);
    done_ = database_->traces();
    return;
  }
  output_.emplace(options_.output, Output::Behind::All);
  if (!output_->error().empty()) return;
  NdjsonDone found = read_ndjson_done(options_.output);
  if (!found.problem.empty()) {
    problem_ = escaped(options_.output) + " " + found.problem;
    return;
  }
  output_->keep_only(found.end);
  done_ = std::move(found.traces);
}

std::string ExportTarget::unfit() const {
  if (!error().empty()) return "";
  if (format_.target == Target::File && !database_) {
    return "a database can only be written to a regular file: --format " + std::string(format_.name) + " needs -o FILE";
  }
  if (format_.target == Target::NoTerminal && is_terminal()) {
    return "--format " + std::string(format_.name) + " is nothing to look at: it needs -o FILE, or a pipe";
  }
  return "";
}

std::optional<int> ExportTarget::done(const std::string& path) const {
  const auto found = done_.find(database_ ? path : ndjson_key(path));
  return found == done_.end() ? std::nullopt : std::optional(found->second);
}

Sink ExportTarget::sink() {
  if (!database_) return output_->sink();
  return [this](std::string_view rows) { return database_->take(rows); };
}

bool ExportTarget::flush() { return database_ ? error().empty() : output_->flush(); }

bool ExportTarget::commit() {
  if (database_ && !database_->finish()) return false;
  return !output_ || output_->commit();
}

std::string ExportTarget::error() const {
  if (!problem_.empty()) return problem_;
  if (output_ && !output_->error().empty()) return output_->error();
  if (database_ && !database_->error().empty()) return escaped(options_.output) + " " + database_->error();
  return "";
}

}  // namespace tracecheck::cmd

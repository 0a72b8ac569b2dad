#include "cmd/export_traces.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/in_turn.h"
#include "cmd/options.h"
#include "cmd/progress.h"
#include "tracecheck/salvage.h"

namespace tracecheck::cmd {
namespace {

// What a trace came to, all of which is in the writer.
struct Written {
  TurnWriter writer;
  std::optional<int> status;  // none: nothing of it can be kept
  bool any_read = false;
  std::vector<std::string> messages;
};

// At least one event other than a Sync came out.
bool any_events(const SalvageReader& reader) {
  return std::any_of(reader.generations().begin(), reader.generations().end(),
                     [](const GenerationInfo& g) { return g.events + g.salvaged > 0; });
}

FormatInput input_of(const TraceExport& what, std::size_t file, const ExportTarget& target) {
  const std::string path = display_name(what.files[file]);
  FormatInput input;
  input.name = what.labels ? what.labels->name(path) : TraceName{path, std::nullopt, std::nullopt};
  input.is_first = file == 0;
  input.is_one_of_many = what.is_many;
  input.to_terminal = target.is_terminal();
  return input;
}

Written write_trace(const TraceExport& what, std::size_t file, const FormatInput& input, TurnWriter turn) {
  Written result{std::move(turn), std::nullopt, false, {}};
  const ExportOptions& options = what.options;
  const std::string& name = what.files[file];
  const std::unique_ptr<EventFormat> format = find_format(options.format)->make(options, input);
  const bool ends = options.wall && !what.is_many;
  EventExport exporter(
      *format, what.selection, [&result](std::string_view text) { return result.writer.write(text); },
      ends ? WithoutClock::Ends : WithoutClock::GoesOn);
  SalvageOptions salvage;
  salvage.salvage = !options.no_salvage;
  SalvageReader reader(what.files.open(name), salvage);
  const unsigned workers = workers_for_each(options.common, what.files.size());
  const bool written = exporter.write_events(reader, workers, [&result] { result.writer.flush(); });
  if (exporter.error()) result.messages.push_back(about(name, *exporter.error()));
  if (options.wall && exporter.clock_is_missing()) {
    const std::string rest = ends ? "" : "; where there is none, wall times are left out";
    result.messages.push_back(about(name, "--wall needs " + missing_clock(*reader.version()) + rest));
  }
  if (!written && (!exporter.error() || !what.is_many)) return result;
  // Of many traces, one of which not all can be told has its end nevertheless: the next one follows.
  while (!written && reader.next() != nullptr) {
  }
  const int status = exit_code(reader.verdict(), options.allow_truncated && any_events(reader));
  result.status = written ? status : kUsage;
  if (!exporter.end(reader, *result.status)) result.status.reset();
  result.any_read = reader.verdict() != Verdict::Unreadable || reader.version().has_value();
  const std::string remark = any_events(reader) ? format->remark() : "";
  if (!remark.empty()) result.messages.push_back(about(name, remark));
  for (std::string& line : ending_lines(name, reader)) result.messages.push_back(std::move(line));
  return result;
}

}  // namespace

std::optional<int> export_traces(const TraceExport& what, int status, ExportTarget& target) {
  const FileList& files = what.files;
  Turns turns(target.sink(), [&target] { return target.flush(); });
  FilesProgress progress(files);
  bool any_read = files.empty();
  bool all_kept = true;
  in_turn<Written>(
      turns, files.size(), files_at_once(what.options.common),
      [&](std::size_t i) { return write_trace(what, i, input_of(what, i, target), TurnWriter(turns, i)); },
      [&](Written written) {
        progress.file_done();
        const bool out = written.writer.end_turn([&written] {
          for (const std::string& message : written.messages) complain(message);
        });
        any_read = any_read || written.any_read;
        all_kept = all_kept && out && written.status;
        status = worse(status, written.status.value_or(kUsage));
        return all_kept;
      });
  if (!all_kept) return std::nullopt;
  // A mistyped name must not replace an earlier result.
  if (!any_read && what.options.output != "-" && !what.options.skip_done) return std::nullopt;
  return status;
}

}  // namespace tracecheck::cmd

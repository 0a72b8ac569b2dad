#include "cmd/export_traces.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/wall_clock.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/in_turn.h"
#include "cmd/memory_limit.h"
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

TraceName name_of(const TraceExport& what, std::size_t file) {
  const std::string path = display_name(what.files[file]);
  return what.labels ? what.labels->name(path) : TraceName{path, std::nullopt, std::nullopt};
}

FormatInput input_of(const TraceExport& what, std::size_t file, const ExportTarget& target) {
  FormatInput input;
  input.name = name_of(what, file);
  input.is_first = file == 0;
  input.is_one_of_many = what.is_many;
  input.to_terminal = target.is_terminal();
  return input;
}

// What each trace is called beside the others: as its label has it where no other has the same, else by its path, too.
std::vector<std::string> titles_of(const TraceExport& what) {
  std::vector<std::string> labels;
  std::unordered_map<std::string, int> times;
  for (std::size_t file = 0; file < what.files.size(); ++file) {
    const TraceName name = name_of(what, file);
    const std::string host = name.host.value_or("");
    const std::string label = name.label.value_or("");
    labels.push_back(host + (host.empty() || label.empty() ? "" : " ") + label);
    ++times[labels.back()];
  }
  std::vector<std::string> titles;
  for (std::size_t file = 0; file < what.files.size(); ++file) {
    const std::string path = display_name(what.files[file]);
    const std::string& label = labels[file];
    titles.push_back(label.empty() ? path : times[label] == 1 ? label : label + " " + path);
  }
  return titles;
}

bool are_side_by_side(const TraceExport& what) {
  return what.is_many && find_format(what.options.format)->several == Several::SideBySide;
}

SalvageOptions salvage_options(const TraceExport& what) {
  SalvageOptions salvage;
  salvage.salvage = !what.options.no_salvage;
  return salvage;
}

// When the first of several traces began, in ns since 1970; none where no one tells.
std::optional<std::int64_t> first_wall_start(const TraceExport& what) {
  std::optional<std::int64_t> first;
  if (what.files.size() == 1) return first;  // it tells by itself, and may be a pipe
  for (const std::string& name : what.files.names()) {
    SalvageReader reader(what.files.open(name), salvage_options(what));
    const Event* event = reader.next();
    const Sync* sync = event == nullptr ? nullptr : event->as<Sync>();
    if (sync == nullptr || !sync->clock_snapshot) continue;
    const std::optional<std::int64_t> wall = wall_ns_at(*sync->clock_snapshot, event->time);
    if (wall) first = std::min(first.value_or(*wall), *wall);
  }
  return first;
}

// What an export comes to for want of a clock: alone it is none, and beside others a trace cannot be placed.
WithoutClock without_clock(const TraceExport& what) {
  const bool ends = what.options.wall && (!what.is_many || are_side_by_side(what));
  return ends ? WithoutClock::Ends : WithoutClock::GoesOn;
}

std::string clock_message(const TraceExport& what, GoVersion version) {
  std::string message = "--wall needs " + missing_clock(version);
  if (without_clock(what) == WithoutClock::GoesOn) message += "; where there is none, wall times are left out";
  if (are_side_by_side(what)) message += "; what has none is left out";
  return message;
}

Written write_trace(const TraceExport& what, std::size_t file, EventFormat& format, const std::string& title,
                    TurnWriter turn) {
  Written result{std::move(turn), std::nullopt, false, {}};
  const ExportOptions& options = what.options;
  const std::string& name = what.files[file];
  format.begin_trace(title, file + 1 == what.files.size());
  EventExport exporter(
      format, what.selection, [&result](std::string_view text) { return result.writer.write(text); },
      without_clock(what));
  SalvageReader reader(what.files.open(name), salvage_options(what));
  const unsigned workers = workers_for_each(options.common, what.files.size());
  const bool written = exporter.write_events(reader, workers, [&result] { result.writer.flush(); });
  if (exporter.error()) result.messages.push_back(about(name, *exporter.error()));
  const bool misses_clock = options.wall && exporter.clock_is_missing();
  if (misses_clock && !exporter.error()) {
    result.messages.push_back(about(name, clock_message(what, *reader.version())));
  }
  // Of many traces one may end early; else the export fails: for want of a clock, or as the output takes no more.
  const bool ends_early = exporter.error() || (misses_clock && without_clock(what) == WithoutClock::Ends);
  if (!written && !(what.is_many && ends_early)) return result;
  // Of many traces, one of which not all can be told has its end nevertheless: the next one follows.
  while (!written && reader.next() != nullptr) {
  }
  const int status = exit_code(reader.verdict(), options.allow_truncated && any_events(reader));
  result.status = written ? status : kUsage;
  if (!exporter.end(reader, *result.status)) result.status.reset();
  result.any_read = reader.verdict() != Verdict::Unreadable || reader.version().has_value();
  if (!what.is_many && any_events(reader) && !exporter.any_selected()) {
    result.messages.push_back(about(name, "no event is selected"));
  }
  const std::string remark = exporter.any_selected() ? format.remark() : "";
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
  const auto make = [&](std::size_t file, std::optional<std::int64_t> wall_start) {
    FormatInput input = input_of(what, file, target);
    input.wall_start = wall_start;
    return find_format(what.options.format)->make(what.options, input);
  };
  std::unique_ptr<EventFormat> all;  // that all go through, one after the other
  const std::vector<std::string> titles = are_side_by_side(what) ? titles_of(what) : std::vector<std::string>();
  if (are_side_by_side(what)) all = make(0, what.options.wall ? first_wall_start(what) : std::nullopt);
  in_turn<Written>(
      turns, files.size(), all ? 1 : files_at_once(what.options.common),
      [&](std::size_t i) {
        return naming(files[i], [&] {
          const std::unique_ptr<EventFormat> own = all ? nullptr : make(i, std::nullopt);
          return write_trace(what, i, all ? *all : *own, all ? titles[i] : "", TurnWriter(turns, i));
        });
      },
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

// The formats that `export` knows, and what each of them takes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/query.h"
#include "analysis/trace_name.h"
#include "cmd/file_list.h"
#include "cmd/options.h"
#include "export/event_format.h"

namespace tracecheck::cmd {

struct ExportOptions {
  Common common;
  std::vector<std::string> named;
  FileListOptions files;
  std::string format;
  std::string profile;
  std::string output = "-";
  std::string label_from;
  std::vector<std::size_t> kinds;  // of EventKind
  QueryOptions query;
  bool wall = false;
  bool skip_done = false;
  bool no_stacks = false;
  bool no_salvage = false;
  bool allow_truncated = false;
};

/// What a format may be written to.
enum class Target : std::uint8_t { Anything, NoTerminal, File };

/// Which trace is to be written, and where it stands.
struct FormatInput {
  TraceName name;
  bool is_first = true;  // of all that are written
  bool is_one_of_many = false;
  bool to_terminal = false;
  std::optional<std::int64_t> wall_start;  // with --wall: when the first of many began, in ns since 1970
};

/// How several traces stand in one output, if they can: one behind the other, each by an object of its own, or side by
/// side, all by one.
enum class Several : std::uint8_t { Never, InTurn, SideBySide };

struct NamedFormat {
  std::string_view name;
  std::string_view what;  // for the help
  Target target;
  Several several;
  bool takes_labels;  // for the traces
  bool tells_done;    // the output tells which traces it holds whole
  std::unique_ptr<EventFormat> (*make)(const ExportOptions& options, const FormatInput& input);
};

/// Null for a name that none has.
const NamedFormat* find_format(std::string_view name);
std::vector<std::string> format_names();
/// The names of those of which that is true.
std::vector<std::string> formats_that(bool (*have_it)(const NamedFormat& format));
std::string formats_with_help();

}  // namespace tracecheck::cmd

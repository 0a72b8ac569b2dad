// Found logs as text: a line each for people, an NDJSON line each for programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/log_scan.h"
#include "analysis/query.h"
#include "export/ndjson.h"
#include "tracecheck/event.h"

namespace tracecheck {

struct LogLineStyle {
  bool wall = false;                 // clock time instead of seconds from the start
  bool with_stack = false;           // frames on lines of their own, indented
  const Query* highlight = nullptr;  // colours what this matches
};

/// What the logs of one generation have in common.
struct LogTimes {
  Time start = 0;
  std::optional<ClockSnapshot> snapshot;
};

/// Appends "TIME gN [task N] CATEGORY: MESSAGE" and the line's end. A salvaged log has "~" before it, a text
/// that is lost is "string#ID", what is not known "?".
void append_log_line(std::string& out, const FoundLog& log, const LogTimes& times, const LogLineStyle& style);

/// Appends the object that `export` gives for the log, and the line's end; with "salvaged" where it is, null
/// for a lost text and its id beside it, "wall" if asked for, and before all "file" if that is not empty. `stacks`
/// is that of the log's generation.
void append_log_json(std::string& out, const FoundLog& log, const LogTimes& times, bool wall, std::string_view file,
                     StackCache& stacks);

}  // namespace tracecheck

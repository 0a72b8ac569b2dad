// grep's work on one trace after another: what is said of each, and how it counts in the exit code.
#pragma once

#include <optional>
#include <string>

#include "analysis/event_matcher.h"
#include "analysis/query.h"
#include "cmd/output.h"
#include "export/match_output.h"
#include "export/search.h"

namespace tracecheck::cmd {

/// What is looked for.
struct GrepSearch {
  const Query& query;
  bool invert = false;                   // logs whose texts do not match the query's patterns
  const EventMatcher* events = nullptr;  // not only logs: all that this looks for
  const SearchStyle& style;
  bool only_file = false;  // of many files, each with a note, the notes would hide the matches
};

/// Searches one input, prints what is found as soon as its generation is whole, and says on standard error what a reader
/// of the result must know. The exit code that this input would have alone.
int search_file(const GrepSearch& search, const std::string& file, MatchOutput& matches, Output& output);

}  // namespace tracecheck::cmd

// grep's work on one trace after another: what is said of each, and how it counts in the exit code.
#pragma once

#include <string>
#include <vector>

#include "analysis/event_matcher.h"
#include "analysis/query.h"
#include "cmd/exit_code.h"
#include "cmd/file_list.h"
#include "cmd/in_turn.h"
#include "export/match_output.h"
#include "export/search.h"

namespace tracecheck::cmd {

/// What is looked for.
struct GrepSearch {
  const Query& query;
  bool invert = false;                   // logs whose texts do not match the query's patterns
  const EventMatcher* events = nullptr;  // not only logs: all that this looks for
  const SearchStyle& style;
  unsigned workers = 1;    // of each file
  bool only_file = false;  // of many files, each with a note, the notes would hide the matches
};

/// What one input comes to.
struct FileSearched {
  int status = kBad;                  // the exit code that it would have alone
  std::vector<std::string> messages;  // what a reader of the result must know, for standard error
};

/// Searches one of the files, and writes what is found as soon as its generation is whole. For several threads.
FileSearched search_file(const GrepSearch& search, const FileList& files, const std::string& file, TurnWriter& output);

}  // namespace tracecheck::cmd

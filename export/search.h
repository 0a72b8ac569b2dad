// A search in one trace, from its bytes to what MatchOutput prints: of logs by their tables, or of all events in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/event_matcher.h"
#include "analysis/query.h"
#include "export/match_output.h"
#include "reader/limited_source.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"
#include "tracecheck/reader.h"

namespace tracecheck {

/// How a search ended, and what can be said of the trace by what was read of it.
struct SearchResult {
  bool clock_is_missing = false;  // a wall clock is needed, and there is none: the search ended where one lacked
  bool enough = false;            // found before the trace's end: no more of it is known
  std::uint64_t matches = 0;
  std::uint64_t lost = 0;  // what may match, but has lost its texts
  std::optional<GoVersion> version;
  Verdict verdict = Verdict::Complete;
  std::string message;  // why there was no trace to read
  std::vector<Damage> damage;
  bool next_began = false;  // the last generation has only begun
};

/// Notes that the search took more memory than it may.
inline void give_up(SearchResult& result) {
  result.verdict = Verdict::NotJudged;
  result.message = kNoMemoryLeft;
}

/// Which logs to search for, and by how many threads at once in large generations.
struct LogSearchOptions {
  const Query& query;
  bool invert = false;  // those count whose texts do not match
  unsigned workers = 1;
};

/// Searches the logs; `file` stands in JSON objects, if it is not "". `flush` is called when all is written that is known
/// to match so far; false: the output takes no more.
SearchResult search_logs(std::unique_ptr<ByteSource> source, const LogSearchOptions& options, const SearchStyle& style,
                         const std::string& file, MatchOutput& output, const std::function<bool()>& flush);

/// Searches all events, in their order.
SearchResult search_events(std::unique_ptr<ByteSource> source, const EventMatcher& matcher, const SearchStyle& style,
                           const std::string& file, MatchOutput& output);

}  // namespace tracecheck

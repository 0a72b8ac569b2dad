#include "cmd/grep_search.h"

#include "analysis/ending.h"
#include "cmd/damage_message.h"
#include "cmd/flush_before_reading.h"
#include "cmd/options.h"
#include "export/human.h"

namespace tracecheck::cmd {
namespace {

std::string clock_line(const std::string& file, bool wall, GoVersion version) {
  const std::string who = wall ? "--wall needs" : "a date in --since or --until needs";
  return about(file, who + " " + missing_clock(version));
}

int status_of(const SearchResult& result) {
  if (result.clock_is_missing) return kUsage;
  if (result.matches > 0) return kOk;
  switch (result.verdict) {
    case Verdict::Complete: return result.lost > 0 ? kTruncated : kBad;
    case Verdict::Truncated: return kTruncated;
    default: return kUsage;
  }
}

// Matches count that were found before the clock was missing; without any, nobody knows that there are none.
bool has_a_count(const SearchResult& result) {
  if (result.clock_is_missing) return result.matches > 0;
  return result.version || result.verdict == Verdict::Truncated;
}

std::string lost_line(const std::string& file, std::uint64_t lost, const std::string& noun) {
  return about(file, counted(lost, noun) + " that may match " + (lost == 1 ? "has" : "have") + " lost " +
                         (lost == 1 ? "its text" : "their texts"));
}

std::vector<std::string> state_lines(const GrepSearch& search, const std::string& file, const SearchResult& result,
                                     int status) {
  std::vector<std::string> lines = ending_lines(file, result.verdict, result.message, result.damage);
  if (result.lost > 0) {
    lines.push_back(lost_line(file, result.lost, search.events == nullptr ? "log" : "event"));
  } else if (status == kTruncated) {
    lines.push_back(about(file, "no match; there may have been one in what is missing"));
  } else if (status == kBad && result.version && search.only_file && search.style.prints_lines()) {
    const auto note = unseen_loss(*result.version, result.next_began);
    if (note) lines.push_back(about(file, "no match, and the trace is complete; but " + std::string(*note)));
  }
  return lines;
}

SearchResult run_search(const GrepSearch& search, const FileList& files, const std::string& file, MatchOutput& matches,
                        TurnWriter& output) {
  const std::string name = search.style.names ? display_name(file) : "";
  const auto flush = [&output] { return output.flush(); };
  if (search.events == nullptr) {
    return search_logs(files.open(file), {search.query, search.invert, search.workers}, search.style, name, matches,
                       flush);
  }
  return search_events(flush_before_reading(files.open(file), flush), *search.events, search.style, name, matches);
}

}  // namespace

FileSearched search_file(const GrepSearch& search, const FileList& files, const std::string& file, TurnWriter& output) {
  if (search.style.max == 0) return {};
  MatchOutput matches(search.style, [&output](std::string_view text) { return output.write(text); });
  matches.begin_file(display_name(file));
  const SearchResult result = run_search(search, files, file, matches, output);
  const int status = status_of(result);
  matches.end_file(has_a_count(result), status == kUsage);
  output.flush();
  if (result.clock_is_missing) return {kUsage, {clock_line(file, search.style.wall, *result.version)}};
  // Who has enough reads no further, so does not know how the trace ends.
  if (result.enough) return {status, {}};
  return {status, state_lines(search, file, result, status)};
}

}  // namespace tracecheck::cmd

// grep's work on one trace after another: what it prints, when it has enough, how each search ended.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/log_scan.h"
#include "analysis/query.h"
#include "cmd/output.h"
#include "export/log_line.h"
#include "export/stack_cache.h"

namespace tracecheck::cmd {

/// What grep prints.
struct GrepStyle {
  bool count = false;
  bool quiet = false;
  enum class List : std::uint8_t { None, Matching, Others };
  List list = List::None;  // -l, -L
  bool zero_byte = false;  // -0
  bool names = false;      // before each line
  bool only_file = false;  // of many files, each with a note, the notes would hide the matches
  bool color = false;
  bool wall = false;
  bool json = false;
  bool stack = false;
  std::optional<std::uint64_t> max;
  std::uint64_t last = 0;  // 0: all

  bool lists() const { return list != List::None; }
  bool prints_logs() const { return !quiet && !count && !lists(); }
  bool one_match_is_enough() const { return quiet || lists(); }
};

class GrepSearch {
 public:
  /// All must outlive it. With `invert` logs count whose texts do not match the query's patterns.
  GrepSearch(const GrepStyle& style, const Query& query, bool invert, Output& output)
      : style_(style), query_(query), invert_(invert), output_(output) {}

  /// Searches one input, prints what is found as soon as its generation is whole, and says on standard error
  /// what a reader of the result must know. The exit code that this input would have alone.
  int search(const std::string& file);

 private:
  bool search_generation(const LogScan& scan, TimeWindow& window, TimeWindow& lost);
  bool take(std::string_view line);
  bool clock_is_missing(const LogScan& scan) const;
  void complain_of_clock(const LogScan& scan) const;
  void render(const FoundLog& log, const LogTimes& times);
  void append_name(char separator);
  void print_rest(const LogScan& scan, int status);
  int status_of(const LogScan& scan) const;
  void tell_state(const LogScan& scan, int status) const;

  const GrepStyle& style_;
  const Query& query_;
  bool invert_;
  Output& output_;
  std::string file_;
  std::uint64_t matches_ = 0;
  std::uint64_t lost_ = 0;  // logs that may match, but their texts are lost
  std::deque<std::string> last_;
  std::string line_;
  StackCache stacks_;
};

}  // namespace tracecheck::cmd

#include "analysis/log_scan.h"
#include "analysis/time_window.h"
#include "export/event_line.h"
#include "export/search.h"
#include "reader/limited_source.h"

namespace tracecheck {
namespace {

class LogSearch {
 public:
  LogSearch(std::unique_ptr<ByteSource> source, const Query& query, bool invert, const SearchStyle& style,
            const std::string& file, MatchOutput& output)
      : style_(style),
        scan_(std::move(source), query, invert),
        lines_({style.json, style.wall, style.stack, style.color && !invert ? &query : nullptr}),
        window_(query.times(), [&output](std::string_view line) { return output.take(line); }),
        lost_(query.times(), [this](std::string_view) { return ++result_.lost > 0; }),
        needs_clock_(style.wall || query.times().by_wall_clock()) {
    lines_.begin_trace(file);
  }

  SearchResult run(const std::function<bool()>& flush) {
    try {
      search(flush);
    } catch (const MemoryLimitReached&) {
      give_up(result_);
    }
    return result_;
  }

 private:
  void search(const std::function<bool()>& flush) {
    while (!result_.enough && scan_.next()) {
      result_.version = scan_.version();
      if (needs_clock_ && !scan_.snapshot()) {
        result_.clock_is_missing = true;
        return;
      }
      result_.enough = !search_generation() || !flush();
    }
    if (!result_.enough) {
      result_.enough = !window_.finish();
      lost_.finish();
    }
    result_.version = scan_.version();
    result_.verdict = scan_.verdict();
    result_.message = message_of(scan_.ending());
    result_.damage = scan_.damage();
    result_.next_began = scan_.next_began();
  }

  // False: enough was found.
  bool search_generation() {
    lines_.begin_generation(scan_.start(), scan_.snapshot());
    window_.set_clock(scan_.start(), scan_.snapshot());
    lost_.set_clock(scan_.start(), scan_.snapshot());
    for (std::size_t i = 0; i < scan_.size(); ++i) {
      const FoundLog log = scan_[i];
      const Time time = scan_.from_start(log.event.time);
      if (log.match == Match::Perhaps) {
        lost_.add(time, "");
      } else if (window_.wants(time)) {
        line_.clear();
        if (style_.prints_lines()) lines_.append(line_, log.event);
        if (!window_.add(time, line_)) return false;
      }
    }
    if (!scan_.newest()) return true;
    lost_.reach(scan_.from_start(*scan_.newest()));
    return window_.reach(scan_.from_start(*scan_.newest()));
  }

  const SearchStyle& style_;
  LogScan scan_;
  EventLines lines_;
  TimeWindow window_;
  TimeWindow lost_;
  bool needs_clock_;
  SearchResult result_;
  std::string line_;
};

}  // namespace

SearchResult search_logs(std::unique_ptr<ByteSource> source, const Query& query, bool invert, const SearchStyle& style,
                         const std::string& file, MatchOutput& output, const std::function<bool()>& flush) {
  LogSearch search(std::move(source), query, invert, style, file, output);
  SearchResult result = search.run(flush);
  result.matches = output.matches();
  return result;
}

}  // namespace tracecheck

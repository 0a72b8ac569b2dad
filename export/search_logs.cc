#include <algorithm>
#include <string>
#include <vector>

#include "analysis/log_scan.h"
#include "analysis/split_work.h"
#include "analysis/time_window.h"
#include "export/event_line.h"
#include "export/search.h"
#include "reader/limited_source.h"

namespace tracecheck {
namespace {

class LogSearch {
 public:
  LogSearch(std::unique_ptr<ByteSource> source, const LogSearchOptions& options, const SearchStyle& style,
            const std::string& file, MatchOutput& output)
      : style_(style),
        scan_(std::move(source), options.query, options.invert, options.workers),
        pieces_(options.workers, Piece(style, style.color && !options.invert ? &options.query : nullptr, file)),
        window_(options.query.times(), [&output](std::string_view line) { return output.take(line); }),
        lost_(options.query.times(), [this](std::string_view) { return ++result_.lost > 0; }),
        needs_clock_(style.wall || options.query.times().by_wall_clock()) {}

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
      result_.clock_is_missing = needs_clock_ && !scan_.snapshot();
      if (scan_.begins_trace()) begin_trace();
      if (result_.clock_is_missing || result_.enough) break;
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

  void begin_trace() {
    result_.enough = !window_.begin_trace();
    lost_.begin_trace();
  }

  // Logs one after the other, of which one thread makes the lines.
  struct Piece {
    static constexpr std::size_t kLogs = 4096;

    Piece(const SearchStyle& style, const Query* highlight, const std::string& file)
        : lines({style.json, style.wall, style.stack, highlight}) {
      lines.begin_trace(file);
    }

    EventLines lines;
    std::string text;
    std::vector<std::size_t> ends;  // of the lines, in the text
  };

  // False: enough was found.
  bool search_generation() {
    for (Piece& piece : pieces_) piece.lines.begin_generation(scan_.start(), scan_.snapshot());
    window_.set_clock(scan_.start(), scan_.snapshot());
    lost_.set_clock(scan_.start(), scan_.snapshot());
    for (std::size_t first = 0; first < scan_.size(); first += pieces_.size() * Piece::kLogs) {
      if (style_.prints_lines()) make_lines(first);
      for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (!take_lines(pieces_[i], first + i * Piece::kLogs)) return false;
      }
    }
    if (!scan_.newest()) return true;
    lost_.reach(scan_.from_start(*scan_.newest()));
    return window_.reach(scan_.from_start(*scan_.newest()));
  }

  bool is_wanted(const WireLog& log) const {
    return log.match == Match::Yes && window_.wants(scan_.from_start(log.time));
  }

  // Those of the logs from `first` on, as many as the pieces hold.
  void make_lines(std::size_t first) {
    const std::size_t pieces = std::min(pieces_.size(), (scan_.size() - first + Piece::kLogs - 1) / Piece::kLogs);
    split_work(pieces, static_cast<unsigned>(pieces), [&](std::size_t i) {
      Piece& piece = pieces_[i];
      piece.text.clear();
      piece.ends.clear();
      const std::size_t begin = first + i * Piece::kLogs;
      for (std::size_t log = begin; log < std::min(begin + Piece::kLogs, scan_.size()); ++log) {
        if (is_wanted(scan_.wire_log(log))) piece.lines.append(piece.text, scan_[log].event);
        piece.ends.push_back(piece.text.size());
      }
    });
  }

  bool take_lines(const Piece& piece, std::size_t first) {
    std::size_t begin = 0;
    for (std::size_t i = first; i < std::min(first + Piece::kLogs, scan_.size()); ++i) {
      const WireLog& log = scan_.wire_log(i);
      const Time time = scan_.from_start(log.time);
      const std::size_t end = style_.prints_lines() ? piece.ends[i - first] : 0;
      if (log.match == Match::Perhaps) {
        lost_.add(time, "");
      } else if (is_wanted(log) && !window_.add(time, std::string_view(piece.text).substr(begin, end - begin))) {
        return false;
      }
      begin = end;
    }
    return true;
  }

  const SearchStyle& style_;
  LogScan scan_;
  std::vector<Piece> pieces_;
  TimeWindow window_;
  TimeWindow lost_;
  bool needs_clock_;
  SearchResult result_;
};

}  // namespace

SearchResult search_logs(std::unique_ptr<ByteSource> source, const LogSearchOptions& options, const SearchStyle& style,
                         const std::string& file, MatchOutput& output, const std::function<bool()>& flush) {
  LogSearch search(std::move(source), options, style, file, output);
  SearchResult result = search.run(flush);
  result.matches = output.matches();
  return result;
}

}  // namespace tracecheck

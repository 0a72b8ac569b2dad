#include "cmd/grep_search.h"

#include "analysis/ending.h"
#include "cmd/damage_message.h"
#include "cmd/exit_code.h"
#include "cmd/options.h"
#include "export/escape.h"
#include "export/human.h"

namespace tracecheck::cmd {

int GrepSearch::search(const std::string& file) {
  file_ = file;
  matches_ = lost_ = 0;
  last_.clear();
  if (style_.max == 0) return kBad;
  LogScan scan(open_input(file), query_, invert_);
  TimeWindow window(query_.times(), [this](std::string_view line) { return take(line); });
  TimeWindow lost(query_.times(), [this](std::string_view) { return ++lost_ > 0; });
  bool enough = false;
  while (!enough && scan.next()) {
    if (clock_is_missing(scan)) {
      complain_of_clock(scan);
      return kUsage;
    }
    enough = !search_generation(scan, window, lost) || !output_.flush();
  }
  if (!enough) {
    enough = !window.finish();
    lost.finish();
  }
  const int status = status_of(scan);
  print_rest(scan, status);
  // Who has enough reads no further, so does not know how the trace ends.
  if (!enough) tell_state(scan, status);
  return status;
}

// False: enough was found.
bool GrepSearch::search_generation(const LogScan& scan, TimeWindow& window, TimeWindow& lost) {
  const LogTimes times{scan.start(), scan.snapshot()};
  stacks_.clear();
  window.set_clock(times.start, times.snapshot);
  lost.set_clock(times.start, times.snapshot);
  for (std::size_t i = 0; i < scan.size(); ++i) {
    const FoundLog log = scan[i];
    const Time time = scan.from_start(log.event.time);
    if (log.match == Match::Perhaps) {
      lost.add(time, "");
    } else if (window.wants(time)) {
      render(log, times);
      if (!window.add(time, line_)) return false;
    }
  }
  if (!scan.newest()) return true;
  lost.reach(scan.from_start(*scan.newest()));
  return window.reach(scan.from_start(*scan.newest()));
}

bool GrepSearch::clock_is_missing(const LogScan& scan) const {
  return (style_.wall || query_.times().by_wall_clock()) && !scan.snapshot();
}

void GrepSearch::complain_of_clock(const LogScan& scan) const {
  const std::string who = style_.wall ? "--wall needs" : "a date in --since or --until needs";
  const std::string why = has_sync_batches(*scan.version())
                              ? "a wall clock, and the trace has lost its own"
                              : "a wall clock, which traces have from Go 1.25 on; this one is of Go 1." +
                                    std::to_string(minor_of(*scan.version()));
  complain(about(file_, who + " " + why));
}

void GrepSearch::append_name(char separator) {
  const std::string name = display_name(file_);
  if (style_.color) line_ += "\x1b[35m";
  // What reads up to a zero byte wants the name as it is.
  line_ += style_.zero_byte ? name : escaped(name);
  if (style_.color) line_ += "\x1b[0m";
  line_ += style_.zero_byte ? '\0' : separator;
}

void GrepSearch::render(const FoundLog& log, const LogTimes& times) {
  line_.clear();
  if (!style_.prints_logs()) return;
  if (style_.json) {
    append_log_json(line_, log, times, style_.wall, style_.names ? display_name(file_) : "", stacks_);
    return;
  }
  if (style_.names) append_name(':');
  append_log_line(line_, log, times, {style_.wall, style_.stack, style_.color && !invert_ ? &query_ : nullptr});
}

// A match, when the time window lets it out. False: no more are needed.
bool GrepSearch::take(std::string_view line) {
  ++matches_;
  if (style_.one_match_is_enough()) return false;
  if (style_.last > 0) {
    last_.emplace_back(line);
    if (last_.size() > style_.last) last_.pop_front();
  } else if (style_.prints_logs() && !output_.write(line)) {
    return false;
  }
  return !style_.max || matches_ < *style_.max;
}

int GrepSearch::status_of(const LogScan& scan) const {
  if (matches_ > 0) return kOk;
  switch (scan.verdict()) {
    case Verdict::Complete: return lost_ > 0 ? kTruncated : kBad;
    case Verdict::Truncated: return kTruncated;
    default: return kUsage;
  }
}

// What is known only at the end: the last matches, names, counts.
void GrepSearch::print_rest(const LogScan& scan, int status) {
  line_.clear();
  const bool is_a_trace = scan.version() || scan.verdict() == Verdict::Truncated;
  if (style_.lists()) {
    // A file of which that cannot be said is in neither list.
    const bool wanted = style_.list == GrepStyle::List::Matching ? matches_ > 0 : matches_ == 0 && status != kUsage;
    if (wanted) append_name('\n');
  } else if (style_.count && is_a_trace) {
    if (style_.names) append_name(':');
    line_ += std::to_string(style_.last > 0 ? last_.size() : matches_) + '\n';
  }
  if (style_.quiet) return;
  output_.write(line_);
  if (style_.prints_logs()) {
    for (const std::string& line : last_) output_.write(line);
  }
  output_.flush();
}

void GrepSearch::tell_state(const LogScan& scan, int status) const {
  tell_ending(file_, scan.verdict(), message_of(scan.ending()), scan.damage());
  if (lost_ > 0) {
    complain(about(file_, counted(lost_, "log") + " that may match " + (lost_ == 1 ? "has" : "have") + " lost " +
                              (lost_ == 1 ? "its text" : "their texts")));
  } else if (status == kTruncated) {
    complain(about(file_, "no match; there may have been one in what is missing"));
  } else if (status == kBad && scan.version() && style_.only_file && style_.prints_logs()) {
    const auto note = unseen_loss(*scan.version(), scan.next_began());
    if (note) complain(about(file_, "no match, and the trace is complete; but " + std::string(*note)));
  }
}

}  // namespace tracecheck::cmd

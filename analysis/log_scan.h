// The search for logs: looks at the string tables first and decodes only what can match. It does not replay.
//
// Times are those of the events less the trace's start. The reader moves events of one clock tick apart, a
// nanosecond each, as no two may have one time; for that it must see them all. So a time here may be a few
// nanoseconds below the one that `export` gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "analysis/log_walk.h"
#include "analysis/query.h"
#include "analysis/wall_clock.h"
#include "crash/generation_stream.h"
#include "format/clock.h"
#include "reader/framer.h"
#include "reader/id_table.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/reader.h"

namespace tracecheck {

/// A log that was found. Its views are valid until the next generation is read.
struct FoundLog {
  Event event;               // with a Log; its time as said above, still on the trace's clock
  Match match = Match::Yes;  // Perhaps: the text that would tell is lost
};

class LogScan {
 public:
  /// Logs that `query` selects, times apart; with `invert` those whose texts do not match it. Large generations are
  /// searched by so many workers at once.
  LogScan(std::unique_ptr<ByteSource> source, Query query, bool invert, unsigned workers = 1);

  /// Reads and searches the next generation; on a pipe, as soon as it is known to be whole. False at the end.
  bool next();

  /// Whether it is the first of another trace in the same stream.
  bool begins_trace() const { return stream_.begins_segment(); }

  /// How many logs were found in it, and each of them, in the order of time.
  std::size_t size() const { return found_.size(); }
  FoundLog operator[](std::size_t index) const;
  /// The same as it stands on the wire, which costs nothing.
  const WireLog& wire_log(std::size_t index) const { return found_[index]; }

  /// The trace's start, on the trace's clock.
  Time start() const { return start_.value_or(0); }
  Time from_start(Time time) const { return elapsed(start(), time); }
  /// What wall times of this generation count from; none before Go 1.25.
  const std::optional<ClockSnapshot>& snapshot() const { return clock_.snapshot(); }
  /// Of the latest event in this generation, on the trace's clock; only if the query counts from the end.
  std::optional<Time> newest() const { return newest_; }
  /// None before the first `next`, and where there is no v2 header.
  std::optional<GoVersion> version() const { return stream_.version(); }

  /// After the end: what can be said of the trace by what was read of it.
  Verdict verdict() const { return stream_.verdict(); }
  const Ending& ending() const { return stream_.ending(); }
  const std::vector<Damage>& damage() const { return stream_.damage(); }
  /// Whether the last generation that was read has only begun: no event is in it yet.
  bool next_began() const { return next_began_; }

 private:
  struct Known {
    bool there = false;
    TextAnswer answer;
    bool present() const { return there; }
  };

  bool prepare_answers();
  std::uint8_t possible_answers() const;
  TextAnswer answer_for(std::uint64_t id) const;
  Match match(std::uint64_t category, std::uint64_t message) const;
  void search();

  std::unique_ptr<ByteSource> source_;
  Framer framer_;
  GenerationStream stream_;
  Query query_;
  bool invert_;
  unsigned workers_;
  const Generation* generation_ = nullptr;
  bool salvaged_ = false;  // the generation at hand is unfinished or broken
  bool next_began_ = false;
  std::optional<Time> start_;
  WallClock clock_;
  std::optional<Time> newest_;
  LogWalk walk_;
  IdTable<Known> answers_;
  TextAnswer answer_of_empty_;
  std::vector<WireLog> found_;  // small: a busy generation has many
};

}  // namespace tracecheck

// The generations of a trace one after another, past damage: for those who take them as they are, and do not read
// events in order. A broken one has all that can be read of it, with the clock, texts and frames that others lend it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "crash/heritage.h"
#include "crash/resync.h"
#include "reader/framer.h"
#include "reader/generation_reader.h"
#include "tracecheck/reader.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

class GenerationStream {
 public:
  /// Reads what `framer` gives from its position on; it must outlive the stream.
  explicit GenerationStream(Framer& framer) : framer_(framer) {}

  /// Goes on to the next generation; on a pipe, as soon as it is known to be whole. False at the end.
  bool next();

  /// Valid until the next call.
  Generation& generation() { return *generation_; }
  const Generation& generation() const { return *generation_; }
  /// The time of its Sync, as the reader gives it: what was read behind the damage may be earlier.
  Time start() const { return start_.value_or(generation_->start()); }
  /// Reads its timed events, which are put off until then where they can be. False: they cannot be read any more, and no
  /// generation follows.
  bool read_events();
  /// It passes every check that can be made of it without replaying it. Else it is to be salvaged.
  bool whole() const { return whole_; }
  /// Bytes of the stream around it could not be read, so that the scheduler's state before it is not known.
  bool after_a_gap() const { return after_a_gap_; }
  /// It is the first of another trace in the same stream.
  bool begins_segment() const { return begins_segment_; }
  /// Of its clock.
  FrequencySource frequency_source() const { return frequency_source_; }

  /// Of the segment at hand; none before the first `next`, and where there is no v2 header.
  std::optional<GoVersion> version() const { return version_; }

  // After the end: what can be said of the trace without replaying it.
  Verdict verdict() const;
  const Ending& ending() const { return ending_; }
  const std::vector<Damage>& damage() const { return damage_; }
  void add_damage(Damage damage);

 private:
  bool begin_segment();
  bool read();
  void salvage(GenerationReader::Result& read, Damage damage);
  void end();

  Framer& framer_;
  std::optional<GoVersion> version_;
  std::optional<GenerationReader> reader_;
  std::optional<Heritage> heritage_;
  std::unique_ptr<Generation> generation_;
  std::optional<Time> start_;  // only where more was read since
  std::uint64_t effort_ = kMendingEffort;
  Resync::Next next_ = Resync::Next::Generation;
  std::uint64_t last_number_ = 0;
  bool whole_ = false;
  bool gap_ahead_ = false;
  bool after_a_gap_ = false;
  bool begins_segment_ = false;
  bool segment_begun_ = false;
  bool begun_ = false;
  bool last_ = false;
  bool anything_came_ = false;
  FrequencySource frequency_source_ = FrequencySource::Trace;
  std::vector<Damage> damage_;
  Ending ending_ = CleanEnd{};
};

}  // namespace tracecheck

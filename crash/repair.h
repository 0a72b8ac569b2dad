// What a repair knows of a damaged trace before it writes: which generations there are, and which of them stand in one
// run without damage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crash/salvage_stream.h"
#include "tracecheck/reader.h"

namespace tracecheck {

struct SurveyedGeneration {
  std::uint64_t offset = 0;  // of its first batch; no other has it
  std::size_t segment = 0;   // of the stream
  GoVersion version = GoVersion::Go126;
  bool follows_damage = false;  // what was before it is no part of its trace's order any more
  bool whole = false;           // it came out to its end
  bool passes_checks = true;    // what came out of it is as it should be
  bool salvaged = false;        // some of it only by salvage
  std::uint64_t events = 0;
  std::uint64_t number = 0;  // the runtime's for it
  // Times are ns on the trace's clock.
  Time start = 0;
  std::optional<Time> first_event;  // none: it has no event
  Time last_event = 0;
  std::optional<ClockSnapshot> snapshot;
};

struct RepairSurvey {
  Verdict verdict = Verdict::Complete;
  std::string message;  // for verdicts without a trace: why
  std::string unread;   // which limit ended the reading before the trace's end, as a sentence; "" if none did
  std::vector<Damage> damage;
  std::vector<SurveyedGeneration> generations;  // in the order of the stream
};

/// Reads all of a trace, damage and what is behind it included.
RepairSurvey survey_for_repair(std::unique_ptr<ByteSource> source);

/// Generations of a survey that may become one trace.
struct RepairRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// All of the segment that holds most events. Empty if there is none.
RepairRange best_segment(const RepairSurvey& survey);

/// The generations in a row that are whole, with no damage between them, that hold most events.
RepairRange best_run(const RepairSurvey& survey);

/// Gives the generations of a surveyed trace once more, each when all of its batches are in.
class GenerationFeed {
 public:
  /// `survey` must outlive it.
  GenerationFeed(std::unique_ptr<ByteSource> source, const RepairSurvey& survey);

  /// False: there are no more.
  bool next();

  /// Until the next call.
  const Generation& generation() const { return *stream_.generation(); }
  std::size_t index() const { return index_; }
  const SurveyedGeneration& surveyed() const { return survey_.generations[index_]; }
  /// The limit that ended the survey's reading, or this one. As in RepairSurvey.
  std::string unread() const;
  /// Why this reading failed, which the survey's did not; "" if it did not either.
  std::string failure() const;

 private:
  bool is_due(SalvageStream::Item item);

  const RepairSurvey& survey_;
  SalvageStream stream_;
  std::size_t next_ = 0;
  std::size_t index_ = 0;
};

}  // namespace tracecheck

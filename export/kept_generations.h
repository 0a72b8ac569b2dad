// Writes generations of a trace that was read: as they stand where they follow by the rules what was written before, or
// made anew, with events made up for what is lost (crash/bridge.h). What repair and slice have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crash/repair.h"
#include "crash/salvaged_order.h"
#include "export/generation_writer.h"
#include "export/opening.h"
#include "export/sink.h"
#include "export/trace_writer.h"

namespace tracecheck {

struct WireCounts {
  std::uint64_t events = 0;
  std::uint64_t logs = 0;
};

/// What can be read of a generation, whether it can happen or not.
WireCounts count_wire(const Generation& generation);

/// For the end of a sentence on what was written: that a limit left the rest of the trace unread, `unread` as a survey has
/// it; "" if none did.
std::string unread_text(const std::string& unread);

struct KeptCounts {
  std::uint64_t events_kept = 0;
  std::uint64_t events_made_up = 0;
  std::uint64_t logs_kept = 0;
  std::uint64_t logs_without_text = 0;  // of those kept
};

/// Times on the trace's clock, in ns; both are in.
struct TimeSpan {
  Time since = 0;
  std::optional<Time> until;
};

/// Where a member function `add...` or `finish` says false, the sink takes no more.
class KeptGenerations {
 public:
  KeptGenerations(GoVersion version, const Sink& sink) : writer_(version, sink) {}

  /// Whether it follows the ones before it by the rules of a whole trace.
  bool stands(const Generation& generation, const SurveyedGeneration& surveyed);
  /// To be called right after `stands` said so.
  bool add_as_it_stands(const Generation& generation);
  bool add_anew(const Generation& generation);
  /// The same, without what comes later: the last to be added.
  bool add_until(const Generation& generation, Time until);
  /// The first to be added, made anew: the state that the scheduler is in at that time, and what comes then. `before`
  /// is the state before the generation.
  bool add_from(const Generation& generation, Replay before, TimeSpan span);
  /// As in TraceWriter.
  bool finish(std::string_view mark) { return writer_.finish(mark); }

  bool only_as_they_stand() const { return only_as_they_stand_; }
  /// Of the last event.
  Time last_time() const { return last_time_; }
  const KeptCounts& counts() const { return counts_; }

 private:
  bool has_next_number(const Generation& generation) const;
  bool write_anew(const Generation& generation, SalvagedOrder& order, GenerationStart start, Opening* opening);
  static bool add_experiments(GenerationWriter& out, const Generation& generation);
  static bool add_opening(GenerationWriter& out, const Opening& opening);
  bool add_events(GenerationWriter& out, SalvagedOrder& order, Opening* opening);
  bool add_event(GenerationWriter& out, const SalvagedOrder& order);
  void count_log(const RawEvent& log, const Generation& generation);
  ClockSnapshot snapshot_for(const Generation& generation, Time start) const;

  TraceWriter writer_;
  KeptCounts counts_;
  Replay state_;  // of the scheduler, behind the last generation
  bool begun_ = false;
  bool only_as_they_stand_ = true;
  std::optional<Time> until_;
  std::uint64_t last_number_ = 0;
  Time last_time_ = 0;
  std::optional<ClockSnapshot> last_snapshot_;
  std::optional<std::uint64_t> gc_;

  // Of a generation that stands: what is behind it.
  Replay next_state_;
  Time next_time_ = 0;
};

}  // namespace tracecheck

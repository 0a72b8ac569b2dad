// Writes a part of a trace as a trace: the generations that are asked for as they stand, and those that a time cuts
// made anew from there, or up to there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "analysis/time_window.h"
#include "crash/repair.h"
#include "export/kept_generations.h"
#include "export/sink.h"
#include "tracecheck/byte_source.h"

namespace tracecheck {

/// Numbers of generations as the runtime counts them; both are in.
struct GenerationNumbers {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Reads "5", "5-6", "5-" or "-6". None if it is none of these.
std::optional<GenerationNumbers> parse_generation_numbers(std::string_view text);

/// What is to be written.
struct SlicePlan {
  RepairRange range;  // of the survey's generations, with events
  Time trace_start = 0;
  // Times on the trace's clock, in ns, where they lie inside the first or the last of these generations.
  std::optional<Time> since;
  std::optional<Time> until;
};

/// The plan, or a sentence that says why there is none. Of several traces in one stream it is for the one that holds
/// most events.
std::variant<SlicePlan, std::string> plan_slice(const RepairSurvey& survey, const GenerationNumbers& numbers);
std::variant<SlicePlan, std::string> plan_slice(const RepairSurvey& survey, const TimeBounds& times);

struct SliceOutcome : KeptCounts {
  std::uint64_t generations = 0;
  std::uint64_t first_number = 0;  // of these
  std::uint64_t last_number = 0;
  std::uint64_t bytes = 0;
  Time first = 0;  // ns from the start of the trace that was read, of the first event and of the last
  Time last = 0;
  std::string unread;   // as in RepairSurvey
  std::string failure;  // as in GenerationFeed
  bool written = true;  // false: the sink took no more
};

/// What was written, as a sentence without its full stop.
std::string describe(const SliceOutcome& outcome);

/// Reads a surveyed trace once more. What was made up in the place of what is lost is marked as repaired.
SliceOutcome write_slice(std::unique_ptr<ByteSource> source, const RepairSurvey& survey, const SlicePlan& plan,
                         const Sink& sink);

}  // namespace tracecheck

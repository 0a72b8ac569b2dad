// What is wrong with a trace, as a value: where, what was being read, what it says of the rest.
// Names are constants. Fact from: FORMAT.md sections 2 and 3 (framing, tables), 6 (order), 8 (checks), 10 (cuts).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck {

/// How a trace as a whole is judged.
enum class Verdict : std::uint8_t {
  Complete,    // every generation that is there is whole and valid
  Truncated,   // valid up to where the data stops
  Corrupt,     // bytes that no runtime writes, events that cannot happen, or text of something else
  NotATrace,   // no v2 header
  NotJudged,   // a v1 trace, a version that is not known, or a limit was reached
  Unreadable,  // no bytes to be had, or packed ones that are damaged
};

/// "complete", "truncated", "corrupt", "not a trace", "not judged", "unreadable".
std::string_view verdict_name(Verdict verdict);

enum class Severity : std::uint8_t {
  Truncated,  // the data stops; all before it is as it should be
  Corrupt,    // bytes that no runtime writes, or events that cannot happen
};

/// "truncated", "corrupt".
std::string_view severity_name(Severity severity);

/// What was being read where the damage is.
enum class Reading : std::uint8_t {
  Header,
  BatchType,
  BatchExperiment,
  BatchGeneration,
  BatchThread,
  BatchTime,
  BatchSize,
  BatchData,
  StringRecord,
  StackRecord,
  SampleRecord,
  SyncRecord,
  Event,       // a timed event of a thread
  Generation,  // what makes a generation whole
  Order,       // the scheduler's replay
  Checks,      // checks on what came out
  Stream,      // the bytes as such
};

/// In words, as messages have it: "batch size".
std::string_view reading_name(Reading reading);

/// Every kind of damage that is told apart. Names are part of the JSON output.
enum class DamageCode : std::uint8_t {
  // The data stops.
  Empty,
  HeaderCut,
  NoGeneration,  // a header and nothing that could be replayed
  BatchHeaderCut,
  BatchCut,
  IncompleteGeneration,  // the data ends on a batch boundary, the generation unfinished
  NulTail,
  CompressionCut,

  // Framing.
  ForeignBytes,  // bytes before, in or after the stream that are not the trace's
  SecondHeader,  // another trace begins in the same stream
  NotABatch,
  VarintOverflow,
  BatchTooLarge,
  GenerationZero,
  GenerationOutOfOrder,
  GenerationNotClosed,

  // Tables and sync batches.
  BadStringRecord,
  BadStackRecord,
  BadSampleRecord,
  BadSyncRecord,
  StringTooLong,
  StackTooDeep,
  DuplicateString,
  DuplicateStack,
  DuplicateFrequency,
  DuplicateSnapshot,
  MissingFrequency,
  MissingSnapshot,
  MissingFrameText,

  // Events.
  BadEventType,
  UntimedEvent,
  EventCut,  // a batch ends inside an event
  EventVarintOverflow,
  MissingString,
  MissingStack,

  // Order.
  ReplayStuck,
  ReplayBroken,

  // Checks of FORMAT.md section 8.
  TimeNotIncreasing,
  SyncNumber,
  SnapshotMissing,
  SnapshotZero,
  SnapshotNotForward,
  TransitionToUndetermined,
  TransitionFromUndetermined,
  TransitionFromState,
  ResourceFirstState,
  ThreadMissing,
  ThreadBusy,
  ResourceNotBound,
  StopStackDiffers,
  EndedWithOpenRange,
  RangeBegunTwice,
  RangeNotOpen,
  LabelEmpty,
  LabelUnknownResource,
  TaskTypeDiffers,
  TaskIdReserved,
  TaskParentBackground,
  FrameIncomplete,
};

/// The code in snake_case, as JSON has it: "foreign_bytes".
std::string_view damage_code_name(DamageCode code);

/// One damaged place. Offsets count bytes of the (unpacked) stream.
struct Damage {
  DamageCode code = DamageCode::NotABatch;
  Severity severity = Severity::Corrupt;
  std::uint64_t offset = 0;  // half-open range [offset, offset + length)
  std::uint64_t length = 0;  // 0: a point
  std::optional<std::uint64_t> generation;
  std::optional<std::uint64_t> batch;  // counted through the whole stream, from 0
  std::optional<std::int64_t> thread;  // -1: a batch of no thread
  Reading reading = Reading::Stream;
  std::string found;                        // the bytes there, quoted, or "" where they tell nothing
  std::string message;                      // a sentence
  std::optional<std::uint64_t> resumes_at;  // where a plausible batch follows, if one was found
  std::uint64_t lost = 0;                   // bytes of the trace that salvage cannot read because of it
};

/// No more damaged places than these are kept of one trace.
inline constexpr std::size_t kMostDamage = 1000;

/// What damage makes of a trace: Truncated or Corrupt.
Verdict verdict_of(Severity severity);

/// The same of all that is wrong with it; Complete if nothing is.
Verdict verdict_of(const std::vector<Damage>& damage);

/// The first place that makes the verdict what it is: of a trace that is cut and damaged further on, the damage. Null if
/// none does. It lives as long as `damage` is unchanged.
const Damage* first_of(Verdict verdict, const std::vector<Damage>& damage);

}  // namespace tracecheck

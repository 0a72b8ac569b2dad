// The judgement of one trace, with what a person needs to go on from there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/last_words.h"
#include "tracecheck/reader.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

/// What may have made a trace end as it does.
struct Cause {
  std::string_view text;  // a literal
  bool is_crash = false;  // it ends the program otherwise than with exit code 0
};

struct VerifyReport {
  Verdict verdict = Verdict::Complete;
  std::string message;  // for verdicts without a trace: why
  std::optional<GoVersion> version;
  Compression compression = Compression::None;
  std::uint64_t bytes = 0;     // of the unpacked stream, as far as it was read
  std::uint64_t bytes_in = 0;  // as they came
  std::vector<GenerationInfo> generations;
  std::vector<Segment> segments;
  std::vector<Damage> damage;
  std::uint64_t events = 0;       // replayed; Sync not counted
  std::uint64_t salvageable = 0;  // on the wire of unfinished or broken generations, and only to be salvaged
  std::uint64_t logs = 0;
  std::uint64_t logs_text_lost = 0;
  std::optional<Time> start;              // of the first Sync, ns on the trace's clock
  std::optional<ClockSnapshot> snapshot;  // of the first generation; from 1.25
  LastWords last;
  std::int64_t earlier_span = 0;  // ns, of the traces before the last one in a stream

  /// From its start to its last event, in ns; the sum of them where a stream holds several traces. None where either is
  /// not known.
  std::optional<std::int64_t> span() const;
  std::optional<FrequencySource> frequency_source;
  std::string end_kind;       // one word for how it ends, "" where there is no trace
  std::vector<Cause> causes;  // what may have brought that about; the bytes cannot prove which
  std::vector<std::string> notes;
  std::string repair_mark;  // what a repaired trace says of itself; "" for any other
};

/// Bytes of a generation from which on it is worth while to check it thread by thread.
inline constexpr std::uint64_t kWorthThreadwise = 256 * 1024;

/// Reads all of `source` and judges it, with up to `workers` threads at work, this one among them. What it says does not
/// depend on that, nor on `least_threadwise`, only how long it takes.
VerifyReport verify(std::unique_ptr<ByteSource> source, unsigned workers = 1,
                    std::uint64_t least_threadwise = kWorthThreadwise);

}  // namespace tracecheck

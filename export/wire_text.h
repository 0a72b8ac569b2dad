// A trace as raw text: what `tracecheck wire` prints.
#pragma once

#include <optional>
#include <string>

#include "export/sink.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"

namespace tracecheck {

struct WireTextResult {
  /// As far as framing and the form of records tell: ids are not resolved, the scheduler is not replayed.
  /// NotJudged: another format, or something that is legal in a trace but has no text form.
  Verdict verdict = Verdict::Complete;
  /// Why the text ends, as a sentence; "" if the verdict is Complete.
  std::string message;
  /// Where it ends, and what was being read; none if the verdict is Complete or Unreadable, or the version
  /// is not known.
  std::optional<Damage> damage;
  /// The text has an event, other than a generation's own clock.
  bool any_events = false;
  /// The sink took no more: the rest says nothing.
  bool stopped = false;
};

/// Writes the line "Trace Go1.NN" and then a line for each thing in the stream, batch by batch as they
/// come, up to the point of damage; whole events of a batch that is cut are written.
WireTextResult write_wire_text(ByteSource& source, const Sink& sink);

}  // namespace tracecheck

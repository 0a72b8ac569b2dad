// The raw text form of a trace: a line for each thing that stands in the bytes. Fact from: FORMAT.md section 9.
// Here from bytes to text; the way back is in text_assembler.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "format/batch.h"
#include "format/event_type.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// The highest type that the text form of a version has. It is stricter than traces are: they may hold timed
/// events of a later version, and the experimental ones before 1.26.
EventType last_text_type(GoVersion version);

/// The first line, "Trace Go1.26", with its newline.
std::string text_header(GoVersion version);

/// Why the text of a batch ends before the batch does.
struct TextStop {
  enum class Kind : std::uint8_t {
    Cut,            // fewer bytes are there than the batch header says
    Damaged,        // what stands there is no event of such a batch
    NotInTextForm,  // legal in a trace, but the text form of this version has no such line
  };
  Kind kind = Kind::Damaged;
  DamageCode code = DamageCode::BadEventType;
  Reading reading = Reading::Event;
  std::size_t offset = 0;  // from the batch's first byte: where the event or record begins that could not be read
  std::string message;     // a sentence
};

/// Appends the lines of one batch: its own, and one for each event and record in `data`, whole ones only.
/// `data` may be shorter than the header says. None if all of the batch was there and was sound.
std::optional<TextStop> append_batch_text(std::string& out, GoVersion version, const BatchHeader& header,
                                          std::span<const std::uint8_t> data);

}  // namespace tracecheck

// What to make of bytes that are no batch: a cut, foreign text, lost blocks, or plain corruption.
// Fact from: FORMAT.md section 10, "Foreign bytes" and "Telling a cut from corruption".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "reader/batch_search.h"
#include "reader/framer.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// Whether as much as the functions below look at is there behind the framer's position, or all that will be. False where
/// the stream comes bit by bit: to be asked again once more has come.
bool can_be_judged(Framer& framer);

/// Judges the framing error that `framer` stands at. May read on to the end of the stream.
Damage diagnose_framing(Framer& framer, const FramingError& error, const StreamContext& context);

/// Judges a well-formed batch at the framer's position whose generation `number` cannot be.
Damage diagnose_generation(Framer& framer, std::uint64_t number, const StreamContext& context);

/// The text at the framer's position that a batch or the end of the stream follows, if there is any. With
/// `context.after_marker` the marker may belong to it.
std::optional<Damage> find_foreign_text(Framer& framer, const StreamContext& context);

/// Turns `damage` into a cut if zeros that go on to the end of the stream are what is wrong. It is in the last batch
/// read, the `data` of which ends at `end`. May read on to the end.
void mark_nul_tail(Framer& framer, std::span<const std::uint8_t> data, std::uint64_t end, Damage& damage);

/// The first bytes, quoted, for messages.
std::string quote_excerpt(std::span<const std::uint8_t> bytes);

}  // namespace tracecheck

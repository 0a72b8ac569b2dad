// Whether what is wrong with a generation is damage, or just what a cut brings about.
// Fact from: FORMAT.md section 10, "Telling a cut from corruption". The reader judges likewise.
#pragma once

#include <optional>

#include "reader/framer.h"
#include "reader/generation_reader.h"
#include "tracecheck/damage.h"

namespace tracecheck {

/// Whether the generation ends early at the end of the stream, where only its looks can tell (before 1.26).
bool is_unfinished(const GenerationReader::Result& read);

/// What is wrong with a generation that was just read, if anything. May read on to the end of the stream.
std::optional<Damage> damage_of(const GenerationReader::Result& read, Framer& framer);

/// Turns damage in the stream's last batch, where zeros up to the end are what is wrong, into a cut.
void mark_nul_tail(const Generation& generation, Framer& framer, Damage& damage);

}  // namespace tracecheck

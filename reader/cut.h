// Whether what is wrong with a generation is damage, or just what a cut brings about.
// Fact from: FORMAT.md section 10, "Telling a cut from corruption".
#pragma once

#include <optional>
#include <string>

#include "reader/framer.h"
#include "reader/generation_reader.h"
#include "tracecheck/damage.h"

namespace tracecheck {

/// What the missing rest of a generation may bring about by itself.
bool may_come_of_a_cut(DamageCode code);

/// Whether a generation in which the stream ends does not look whole, where only its looks can tell (before 1.26).
bool looks_unfinished(const Generation& generation);

// Why, for `cut_in`.
inline constexpr const char* kNoStrings = "the string table that ends a generation is missing";
inline constexpr const char* kNoMarker = "its end marker is missing";

/// The data ends inside `generation`, at the framer's position.
Damage cut_in(const Generation& generation, const Framer& framer, const std::string& why);

/// Turns damage in the stream's last batch, where zeros up to the end are what is wrong, into a cut.
void mark_nul_tail(const Generation& generation, Framer& framer, Damage& damage);

/// What is wrong with a generation that was just read and is not replayed, if anything. May read on to the end of the
/// stream.
std::optional<Damage> damage_of(const GenerationReader::Result& read, Framer& framer);

}  // namespace tracecheck

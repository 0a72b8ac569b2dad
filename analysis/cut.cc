#include "analysis/cut.h"

#include <string>

#include "reader/diagnose.h"

namespace tracecheck {
namespace {

// What the missing rest of a generation brings about by itself.
bool may_come_of_a_cut(DamageCode code) {
  return code == DamageCode::MissingFrequency || code == DamageCode::MissingSnapshot ||
         code == DamageCode::MissingFrameText;
}

Damage cut_in(const Generation& generation, const Framer& framer, const std::string& why) {
  Damage damage;
  damage.code = DamageCode::IncompleteGeneration;
  damage.severity = Severity::Truncated;
  damage.offset = framer.offset();
  damage.generation = generation.id();
  damage.batch = framer.batches();
  damage.reading = Reading::Generation;
  damage.message = "the data ends inside generation " + std::to_string(generation.id()) + ": " + why;
  return damage;
}

}  // namespace

bool is_unfinished(const GenerationReader::Result& read) {
  return read.generation && read.stream_ended && !has_end_markers(read.generation->version()) &&
         !read.generation->looks_finished() && !read.generation->only_sync();
}

void mark_nul_tail(const Generation& generation, Framer& framer, Damage& damage) {
  if (damage.severity != Severity::Corrupt || framer.batches() == 0 || damage.batch != framer.batches() - 1) return;
  mark_nul_tail(framer, generation.last_data(), generation.end_offset(), damage);
}

std::optional<Damage> damage_of(const GenerationReader::Result& read, Framer& framer) {
  if (read.damage) {
    Damage damage = *read.damage;
    if (read.generation) mark_nul_tail(*read.generation, framer, damage);
    if (!may_come_of_a_cut(damage.code) || !is_unfinished(read)) return damage;
    return cut_in(*read.generation, framer, damage.message);
  }
  if (!read.generation || read.generation->only_sync()) return std::nullopt;
  if (is_unfinished(read)) {
    return cut_in(*read.generation, framer, "the string table that ends a generation is missing");
  }
  if (read.usable) return std::nullopt;
  return cut_in(*read.generation, framer, "its end marker is missing");
}

}  // namespace tracecheck

#include "reader/cut.h"

#include "reader/diagnose.h"

namespace tracecheck {

bool may_come_of_a_cut(DamageCode code) {
  switch (code) {
    case DamageCode::MissingFrequency:
    case DamageCode::MissingSnapshot:
    case DamageCode::MissingFrameText:
    case DamageCode::MissingString:
    case DamageCode::MissingStack:
    case DamageCode::ReplayStuck:
    // An event that cannot be, too: a goroutine is created again whose end stood in another thread's batch.
    case DamageCode::ReplayBroken: return true;
    default: return false;
  }
}

bool looks_unfinished(const Generation& generation) {
  return !has_end_markers(generation.version()) && !generation.looks_finished() && !generation.only_sync();
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

void mark_nul_tail(const Generation& generation, Framer& framer, Damage& damage) {
  if (damage.severity != Severity::Corrupt || framer.batches() == 0 || damage.batch != framer.batches() - 1) return;
  mark_nul_tail(framer, generation.last_data(), generation.end_offset(), damage);
}

std::optional<Damage> damage_of(const GenerationReader::Result& read, Framer& framer) {
  const bool unfinished = read.generation && read.stream_ended && looks_unfinished(*read.generation);
  if (read.damage) {
    Damage damage = *read.damage;
    if (read.generation) mark_nul_tail(*read.generation, framer, damage);
    if (!may_come_of_a_cut(damage.code) || !unfinished) return damage;
    return cut_in(*read.generation, framer, damage.message);
  }
  if (!read.generation || read.generation->only_sync()) return std::nullopt;
  if (unfinished) return cut_in(*read.generation, framer, kNoStrings);
  if (read.usable) return std::nullopt;
  return cut_in(*read.generation, framer, kNoMarker);
}

}  // namespace tracecheck

#include "cmd/damage_message.h"

#include "cmd/options.h"
#include "export/escape.h"

namespace tracecheck::cmd {

void tell_damage(const std::string& file, Verdict verdict, const Damage& damage) {
  std::string text(verdict_name(verdict));
  // A file that is none is so as a whole.
  if (verdict != Verdict::NotATrace) text += " at byte " + std::to_string(damage.offset);
  if (damage.generation) text += ", generation " + std::to_string(*damage.generation);
  complain(about(file, text + ": " + escaped(damage.message)));
}

void tell_damage(const std::string& file, const Reader& reader) {
  const Ending& ending = reader.ending();
  if (const auto* e = std::get_if<NotATrace>(&ending)) {
    complain(about(file, "not a trace: " + escaped(e->damage.message)));
  } else if (const auto* e2 = std::get_if<NotJudged>(&ending)) {
    complain(about(file, "not judged: " + escaped(e2->message)));
  } else if (const auto* e3 = std::get_if<Unreadable>(&ending)) {
    complain(about(file, escaped(e3->error.message)));
  } else {
    for (const Damage& damage : reader.damage()) {
      tell_damage(file, damage.severity == Severity::Truncated ? Verdict::Truncated : Verdict::Corrupt, damage);
    }
  }
}

}  // namespace tracecheck::cmd

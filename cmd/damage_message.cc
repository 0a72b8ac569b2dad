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

void tell_ending(const std::string& file, Verdict verdict, const std::string& message,
                 const std::vector<Damage>& damage) {
  switch (verdict) {
    case Verdict::NotATrace:
    case Verdict::NotJudged:
      complain(about(file, std::string(verdict_name(verdict)) + ": " + escaped(message)));
      return;
    case Verdict::Unreadable: complain(about(file, escaped(message))); return;
    default:
      for (const Damage& place : damage) tell_damage(file, verdict_of(place.severity), place);
  }
}

void tell_ending(const std::string& file, const SalvageReader& reader) {
  tell_ending(file, reader.verdict(), message_of(reader.ending()), reader.damage());
}

}  // namespace tracecheck::cmd

#include "cmd/damage_message.h"

#include <algorithm>
#include <cstddef>

#include "cmd/options.h"
#include "export/escape.h"
#include "export/human.h"

namespace tracecheck::cmd {
namespace {

constexpr std::size_t kMostDamageTold = 10;

std::string damage_text(Verdict verdict, const Damage& damage) {
  std::string text(verdict_name(verdict));
  // A file that is none is so as a whole.
  if (verdict != Verdict::NotATrace) text += " at byte " + std::to_string(damage.offset);
  if (damage.generation) text += ", generation " + std::to_string(*damage.generation);
  return text + ": " + damage.message;
}

std::string damage_line(const std::string& file, Verdict verdict, const Damage& damage) {
  return about(file, escaped(damage_text(verdict, damage)));
}

}  // namespace

std::string ending_text(Verdict verdict, const std::string& message, const std::vector<Damage>& damage) {
  if (verdict == Verdict::Complete) return "";
  if (const Damage* place = first_of(verdict, damage)) return damage_text(verdict, *place);
  return std::string(verdict_name(verdict)) + ": " + message;
}

void tell_damage(const std::string& file, Verdict verdict, const Damage& damage) {
  complain(damage_line(file, verdict, damage));
}

std::vector<std::string> ending_lines(const std::string& file, Verdict verdict, const std::string& message,
                                      const std::vector<Damage>& damage) {
  switch (verdict) {
    case Verdict::NotATrace:
    case Verdict::NotJudged: return {about(file, std::string(verdict_name(verdict)) + ": " + escaped(message))};
    case Verdict::Unreadable: return {about(file, escaped(message))};
    default: break;
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(damage.size(), kMostDamageTold); ++i) {
    lines.push_back(damage_line(file, verdict_of(damage[i].severity), damage[i]));
  }
  if (damage.size() > kMostDamageTold) {
    const std::string rest = counted(damage.size() - kMostDamageTold, "more damaged place");
    lines.push_back(about(file, "and " + rest + " (verify --json has all)"));
  }
  return lines;
}

std::vector<std::string> ending_lines(const std::string& file, const SalvageReader& reader) {
  return ending_lines(file, reader.verdict(), message_of(reader.ending()), reader.damage());
}

void tell_ending(const std::string& file, Verdict verdict, const std::string& message,
                 const std::vector<Damage>& damage) {
  for (const std::string& line : ending_lines(file, verdict, message, damage)) complain(line);
}

void tell_ending(const std::string& file, const SalvageReader& reader) {
  for (const std::string& line : ending_lines(file, reader)) complain(line);
}

std::string missing_clock(GoVersion version) {
  if (has_sync_batches(version)) return "a wall clock, and the trace has lost its own";
  return "a wall clock, which traces have from Go 1.25 on; this one is of Go" + version_text(version).substr(2);
}

}  // namespace tracecheck::cmd

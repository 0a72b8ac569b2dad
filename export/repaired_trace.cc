#include "export/repaired_trace.h"

#include <utility>
#include <vector>

#include "crash/repair_mark.h"
#include "export/human.h"

namespace tracecheck {
namespace {

// Writes one generation after another, and counts.
class Repair {
 public:
  Repair(GoVersion version, bool strict, const Sink& sink) : strict_(strict), kept_(version, sink) {}

  /// False: nothing more is to be added.
  bool add(const Generation& generation, std::size_t index, const SurveyedGeneration& surveyed);
  /// All generations are to be counted.
  void count(const Generation& generation);
  RepairOutcome finish(std::string unread);

 private:
  bool strict_;
  KeptGenerations kept_;
  RepairOutcome outcome_;
};

bool Repair::add(const Generation& generation, std::size_t index, const SurveyedGeneration& surveyed) {
  // Only just begun, or all that it had is lost.
  if (!surveyed.whole && count_wire(generation).events == 0) return true;
  const bool as_it_stands = kept_.only_as_they_stand() && kept_.stands(generation, surveyed);
  if (!as_it_stands && strict_) return false;
  outcome_.written = as_it_stands ? kept_.add_as_it_stands(generation) : kept_.add_anew(generation);
  outcome_.generations.push_back(index);
  return outcome_.written;
}

void Repair::count(const Generation& generation) {
  const WireCounts counts = count_wire(generation);
  outcome_.events += counts.events;
  outcome_.logs += counts.logs;
}

RepairOutcome Repair::finish(std::string unread) {
  outcome_.unread = std::move(unread);
  static_cast<KeptCounts&>(outcome_) = kept_.counts();
  if (outcome_.written && !outcome_.generations.empty()) {
    outcome_.written = kept_.finish(repair_mark(describe(outcome_)));
  }
  return outcome_;
}

}  // namespace

std::string describe(const RepairOutcome& outcome) {
  std::string text = "kept " + counted(outcome.generations.size(), "generation") + " with " +
                     std::to_string(outcome.events_kept) + " of " + counted(outcome.events, "event") + " and " +
                     std::to_string(outcome.logs_kept) + " of " + counted(outcome.logs, "log");
  if (outcome.logs_without_text > 0) {
    text += ", of which " + std::to_string(outcome.logs_without_text) +
            (outcome.logs_without_text == 1 ? " lost its text" : " lost their texts");
  }
  if (outcome.events_made_up > 0) {
    text += "; made up " + counted(outcome.events_made_up, "event") + " in the place of what is lost";
  }
  return text + unread_text(outcome.unread);
}

RepairOutcome write_repaired(std::unique_ptr<ByteSource> source, const RepairSurvey& survey, RepairRange range,
                             bool strict, const Sink& sink) {
  if (range.begin == range.end) return {};
  GenerationFeed feed(std::move(source), survey);
  Repair repair(survey.generations[range.begin].version, strict, sink);
  bool more = true;
  while (feed.next()) {
    repair.count(feed.generation());
    if (!more || feed.index() < range.begin || feed.index() >= range.end) continue;
    more = repair.add(feed.generation(), feed.index(), feed.surveyed());
  }
  RepairOutcome outcome = repair.finish(feed.unread());
  outcome.failure = feed.failure();
  return outcome;
}

bool write_copy(ByteSource& source, const Sink& sink) {
  std::vector<std::uint8_t> piece(std::size_t{256} * 1024);
  while (const std::size_t size = source.read(piece.data(), piece.size())) {
    if (!sink({reinterpret_cast<const char*>(piece.data()), size})) return false;
  }
  return !source.error();
}

}  // namespace tracecheck

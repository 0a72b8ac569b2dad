#include "crash/repair.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace tracecheck {
namespace {

bool begins(SalvageStream& stream, SalvageStream::Item item) {
  return item == SalvageStream::Item::Event || (item == SalvageStream::Item::Sync && stream.sync().begins_generation);
}

SurveyedGeneration surveyed_from(const Generation& generation) {
  SurveyedGeneration surveyed;
  surveyed.offset = generation.offset();
  surveyed.version = generation.version();
  surveyed.number = generation.id();
  surveyed.start = generation.start();
  surveyed.snapshot = generation.clock_snapshot();
  return surveyed;
}

void note_event(SurveyedGeneration& surveyed, SalvageStream& stream) {
  if (stream.salvaged()) surveyed.salvaged = true;
  const Time time = stream.event().time;
  surveyed.first_event = std::min(surveyed.first_event.value_or(time), time);
  surveyed.last_event = std::max(surveyed.last_event, time);
}

// Damage behind a generation may name it, too.
bool fails_checks(const GenerationInfo& info, const std::vector<Damage>& damage) {
  return std::any_of(damage.begin(), damage.end(), [&info](const Damage& d) {
    return d.reading == Reading::Checks && d.offset >= info.offset && d.offset < info.offset + info.length;
  });
}

// The limit that it tells of, if it does.
std::string limit_in(const Ending& ending) {
  const auto* not_judged = std::get_if<NotJudged>(&ending);
  return not_judged != nullptr && not_judged->why == NotJudged::Why::Limit ? not_judged->message : "";
}

// Of the ranges of generations that `belong`, parted also where `parted` says, the one with most events.
template <typename Belongs, typename Parted>
RepairRange best_range(const std::vector<SurveyedGeneration>& all, Belongs belongs, Parted parted) {
  RepairRange best;
  std::uint64_t best_events = 0;
  std::size_t begin = 0;
  std::uint64_t events = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == begin || parted(all[i], all[i - 1]) || !belongs(all[i])) {
      begin = belongs(all[i]) ? i : i + 1;
      events = 0;
    }
    if (begin > i) continue;
    events += all[i].events;
    if (events <= best_events) continue;
    best = {begin, i + 1};
    best_events = events;
  }
  return best;
}

void take_in(RepairSurvey& survey, const std::vector<GenerationInfo>& infos) {
  IdHashMap<std::uint64_t, const GenerationInfo*> by_offset;
  for (const GenerationInfo& info : infos) by_offset[info.offset] = &info;
  for (SurveyedGeneration& generation : survey.generations) {
    const auto found = by_offset.find(generation.offset);
    if (found == by_offset.end()) continue;
    const GenerationInfo& info = *found->second;
    generation.events = info.events + info.salvaged;
    generation.whole = info.state == GenerationState::Whole;
    generation.passes_checks = !fails_checks(info, survey.damage);
  }
}

}  // namespace

RepairSurvey survey_for_repair(std::unique_ptr<ByteSource> source) {
  SalvageStream stream(std::move(source), SalvageOptions{}, false);
  RepairSurvey survey;
  std::uint64_t resumed = 0;
  for (SalvageStream::Item item = stream.next(); item != SalvageStream::Item::End; item = stream.next()) {
    if (!begins(stream, item)) continue;
    const std::uint64_t offset = stream.generation()->offset();
    if (survey.generations.empty() || survey.generations.back().offset != offset) {
      const bool follows_damage = std::exchange(resumed, stream.resumed()) != stream.resumed();
      survey.generations.push_back(surveyed_from(*stream.generation()));
      survey.generations.back().segment = stream.segments().size() - 1;
      survey.generations.back().follows_damage = follows_damage;
    }
    if (item == SalvageStream::Item::Event) note_event(survey.generations.back(), stream);
  }
  survey.verdict = stream.verdict();
  survey.message = message_of(stream.ending());
  survey.unread = limit_in(stream.ending());
  survey.damage = stream.damage();
  take_in(survey, stream.generations());
  return survey;
}

RepairRange best_segment(const RepairSurvey& survey) {
  return best_range(
      survey.generations, [](const SurveyedGeneration&) { return true; },
      [](const SurveyedGeneration& one, const SurveyedGeneration& before) { return one.segment != before.segment; });
}

RepairRange best_run(const RepairSurvey& survey) {
  return best_range(
      survey.generations,
      [](const SurveyedGeneration& generation) { return generation.whole && generation.passes_checks; },
      [](const SurveyedGeneration& one, const SurveyedGeneration&) { return one.follows_damage; });
}

GenerationFeed::GenerationFeed(std::unique_ptr<ByteSource> source, const RepairSurvey& survey)
    : survey_(survey), stream_(std::move(source), SalvageOptions{}, true) {}

bool GenerationFeed::next() {
  for (SalvageStream::Item item = stream_.next(); item != SalvageStream::Item::End; item = stream_.next()) {
    if (next_ == survey_.generations.size()) return false;
    if (!is_due(item)) continue;
    index_ = next_++;
    return true;
  }
  return false;
}

std::string GenerationFeed::unread() const {
  return survey_.unread.empty() ? limit_in(stream_.ending()) : survey_.unread;
}

std::string GenerationFeed::failure() const {
  const bool failed = survey_.verdict != Verdict::Unreadable && stream_.verdict() == Verdict::Unreadable;
  return failed ? message_of(stream_.ending()) : "";
}

// What was damaged gets its last batches only as salvage begins.
bool GenerationFeed::is_due(SalvageStream::Item item) {
  const SurveyedGeneration& wanted = survey_.generations[next_];
  if (!begins(stream_, item) || stream_.generation()->offset() != wanted.offset) return false;
  return !wanted.salvaged || (item == SalvageStream::Item::Event && stream_.salvaged());
}

}  // namespace tracecheck

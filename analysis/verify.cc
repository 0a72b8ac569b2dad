#include "analysis/verify.h"

#include "analysis/ending.h"
#include "format/limits.h"

namespace tracecheck {
namespace {

// Remembers what the source was once the reader owns it.
class Witness final : public ByteSource {
 public:
  struct Facts {
    Compression compression = Compression::None;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes = 0;
  };
  Witness(std::unique_ptr<ByteSource> source, Facts& facts) : source_(std::move(source)), facts_(facts) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = source_->read(to, size);
    if (count == 0 && source_->error()) fail(source_->error()->kind, source_->error()->message);
    facts_.bytes += count;
    facts_.bytes_in = source_->bytes_in();
    facts_.compression = source_->compression();
    return count;
  }
  Compression compression() const override { return source_->compression(); }
  std::uint64_t bytes_in() const override { return source_->bytes_in(); }

 private:
  std::unique_ptr<ByteSource> source_;
  Facts& facts_;
};

struct Progress {
  std::uint64_t logs_before_generation = 0;
  std::optional<std::uint64_t> frequency;  // of the last generation that told one
};

void read_all(Reader& reader, VerifyReport& report, Progress& progress) {
  while (const Event* event = reader.next()) {
    if (const auto* sync = event->as<Sync>()) {
      progress.logs_before_generation = report.logs;
      if (!report.start) {
        report.start = event->time;
        report.snapshot = sync->clock_snapshot;
      }
      if (sync->begins_generation) progress.frequency = reader.generation()->frequency();
    }
    if (event->kind() == EventKind::Log) ++report.logs;
    report.last.see(*event);
  }
}

// Counts what the generation that ended the read still holds.
void look_at_rest(const Reader& reader, const Progress& progress, VerifyReport& report) {
  const Generation* rest = reader.generation();
  if (rest == nullptr || report.damage.empty()) return;
  Clock clock = rest->clock();
  report.frequency_source = FrequencySource::Trace;
  if (!rest->has_frequency()) {
    report.frequency_source = progress.frequency ? FrequencySource::EarlierGeneration : FrequencySource::Assumed;
    clock = Clock(progress.frequency.value_or(kDefaultFrequency));
  }
  const bool replayed_in_part = !report.generations.empty() && report.generations.back().id == rest->id() &&
                                report.generations.back().events > 0;
  const std::uint64_t taken = replayed_in_part ? reader.wire_events() : 0;
  const WireCount wire = count_wire(*rest, clock, report.last);
  report.salvageable = wire.events > taken ? wire.events - taken : 0;
  report.logs = progress.logs_before_generation + wire.logs;
  report.logs_text_lost = wire.logs_text_lost;
}

std::string ending_message(const Ending& ending) {
  if (const auto* e = std::get_if<NotATrace>(&ending)) return e->damage.message;
  if (const auto* e = std::get_if<NotJudged>(&ending)) return e->message;
  if (const auto* e = std::get_if<Unreadable>(&ending)) return e->error.message;
  return {};
}

}  // namespace

VerifyReport verify(std::unique_ptr<ByteSource> source) {
  VerifyReport report;
  Witness::Facts facts;
  Reader reader(std::make_unique<Witness>(std::move(source), facts));
  Progress progress;
  read_all(reader, report, progress);

  report.verdict = reader.verdict();
  report.message = ending_message(reader.ending());
  report.version = reader.version();
  report.compression = facts.compression;
  report.bytes = facts.bytes;
  report.bytes_in = facts.bytes_in;
  report.generations = reader.generations();
  report.damage = reader.damage();
  for (const GenerationInfo& generation : report.generations) report.events += generation.events;
  if (report.version && report.start) report.frequency_source = FrequencySource::Trace;
  look_at_rest(reader, progress, report);
  describe_ending(reader, report);
  return report;
}

}  // namespace tracecheck

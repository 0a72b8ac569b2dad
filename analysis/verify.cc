#include "analysis/verify.h"

#include <algorithm>

#include "analysis/ending.h"
#include "format/limits.h"
#include "reader/event_stream.h"
#include "reader/forwarding_source.h"
#include "reader/typed_event.h"

namespace tracecheck {
namespace {

// Remembers what the source was once the reader owns it.
class Witness final : public ForwardingSource {
 public:
  struct Facts {
    Compression compression = Compression::None;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes = 0;
  };
  Witness(std::unique_ptr<ByteSource> source, Facts& facts) : ForwardingSource(std::move(source)), facts_(facts) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = ForwardingSource::read(to, size);
    facts_.bytes += count;
    facts_.bytes_in = bytes_in();
    facts_.compression = compression();
    return count;
  }

 private:
  Facts& facts_;
};

struct Progress {
  std::uint64_t logs_before_generation = 0;
  std::optional<std::uint64_t> frequency;  // of the last generation that told one
};

void see_sync(const EventStream& stream, VerifyReport& report, Progress& progress) {
  progress.logs_before_generation = report.logs;
  report.last.last_time = stream.sync_time();
  // The Sync behind a generation that cannot be read tells no time: it stands at last + 1.
  if (!stream.sync().begins_generation) return;
  if (!report.start) {
    report.start = stream.sync_time();
    report.snapshot = stream.sync().clock_snapshot;
  }
  progress.frequency = stream.generation()->frequency();
}

// Most events are transitions, which tell nothing that the report is made of.
void see_event(const OrderedEvent& event, const Generation& generation, VerifyReport& report) {
  if (traits_of(event.type).kind == EventKind::StateTransition) {
    report.last.last_time = event.time;
    return;
  }
  if (event.type == EventType::UserLog) ++report.logs;
  report.last.see(event, generation);
}

void read_all(EventStream& stream, VerifyReport& report, Progress& progress) {
  for (;;) {
    switch (stream.next()) {
      case EventStream::Item::End: return;
      case EventStream::Item::Sync: see_sync(stream, report, progress); break;
      case EventStream::Item::Event: see_event(stream.event(), *stream.generation(), report);
    }
  }
}

// Where a generation begins that could not be read, by a clock that may be another's.
std::optional<Time> start_of(const Generation& generation, Clock clock) {
  if (generation.has_frequency()) return generation.start();
  std::optional<std::uint64_t> earliest;
  for (const ThreadBatches& thread : generation.threads()) {
    for (const EventBatch& batch : thread.batches) earliest = std::min(earliest.value_or(batch.time), batch.time);
  }
  if (!earliest) return std::nullopt;
  return clock.to_ns(*earliest);
}

// Counts what the generation that ended the read still holds.
void look_at_rest(const EventStream& stream, const Progress& progress, VerifyReport& report) {
  const Generation* rest = stream.generation();
  if (rest == nullptr || report.damage.empty()) return;
  Clock clock = rest->clock();
  report.frequency_source = FrequencySource::Trace;
  if (!rest->has_frequency()) {
    report.frequency_source = progress.frequency ? FrequencySource::EarlierGeneration : FrequencySource::Assumed;
    clock = Clock(progress.frequency.value_or(kDefaultFrequency));
  }
  if (!report.start) {
    report.start = start_of(*rest, clock);
    if (rest->has_frequency()) report.snapshot = rest->clock_snapshot();
  }
  const bool replayed_in_part =
      !report.generations.empty() && report.generations.back().id == rest->id() && report.generations.back().events > 0;
  const std::uint64_t taken = replayed_in_part ? stream.wire_events() : 0;
  const WireCount wire = count_wire(*rest, clock, report.last);
  report.salvageable = wire.events > taken ? wire.events - taken : 0;
  report.logs = progress.logs_before_generation + wire.logs;
  report.logs_text_lost = wire.logs_text_lost;
}

}  // namespace

VerifyReport verify(std::unique_ptr<ByteSource> source) {
  VerifyReport report;
  Witness::Facts facts;
  EventStream stream(std::make_unique<Witness>(std::move(source), facts), ReaderOptions{});
  Progress progress;
  read_all(stream, report, progress);

  report.verdict = stream.verdict();
  report.message = message_of(stream.ending());
  report.version = stream.version();
  report.compression = facts.compression;
  report.bytes = facts.bytes;
  report.bytes_in = facts.bytes_in;
  report.generations = stream.generations();
  report.damage = stream.damage();
  for (const GenerationInfo& generation : report.generations) report.events += generation.events;
  if (report.version && report.start) report.frequency_source = FrequencySource::Trace;
  look_at_rest(stream, progress, report);
  describe_ending(stream.wall_clock_stepped_back(), report);
  return report;
}

}  // namespace tracecheck

#include "analysis/verify.h"

#include "analysis/ending.h"
#include "crash/repair_mark.h"
#include "crash/salvage_stream.h"
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

void see_sync(const SalvageStream& stream, VerifyReport& report) {
  if (stream.sync_time() > report.last.last_time) report.last.last_time = stream.sync_time();
  // The Sync behind a generation that cannot be read tells no time: it stands at last + 1.
  if (!stream.sync().begins_generation) return;
  report.repair_mark = find_repair_mark(*stream.generation()).value_or("");
  if (report.start) return;
  report.start = stream.sync_time();
  report.snapshot = stream.sync().clock_snapshot;
}

void see_log(const OrderedEvent& event, const Generation& generation, VerifyReport& report) {
  ++report.logs;
  if (generation.has_text(event.args[1]) && generation.has_text(event.args[2])) return;
  ++report.logs_text_lost;
}

// Most events are transitions, which tell nothing that the report is made of.
void see_event(SalvageStream& stream, VerifyReport& report) {
  const OrderedEvent& event = stream.event();
  if (traits_of(event.type).kind == EventKind::StateTransition) {
    if (event.time > report.last.last_time) report.last.last_time = event.time;
    return;
  }
  if (event.type == EventType::UserLog) see_log(event, *stream.generation(), report);
  report.last.see(event, *stream.generation());
}

void read_all(SalvageStream& stream, VerifyReport& report) {
  for (;;) {
    switch (stream.next()) {
      case SalvageStream::Item::End: return;
      case SalvageStream::Item::Sync: see_sync(stream, report); break;
      case SalvageStream::Item::Event: see_event(stream, report); break;
    }
  }
}

}  // namespace

VerifyReport verify(std::unique_ptr<ByteSource> source) {
  VerifyReport report;
  Witness::Facts facts;
  SalvageStream stream(std::make_unique<Witness>(std::move(source), facts), SalvageOptions{}, false);
  read_all(stream, report);

  report.verdict = stream.verdict();
  report.message = message_of(stream.ending());
  report.version = stream.segments().empty() ? std::nullopt : std::optional(stream.segments().front().version);
  report.compression = facts.compression;
  report.bytes = facts.bytes;
  report.bytes_in = facts.bytes_in;
  report.generations = stream.generations();
  report.segments = stream.segments();
  report.damage = stream.damage();
  for (const GenerationInfo& generation : report.generations) {
    report.events += generation.events;
    report.salvageable += generation.salvaged;
  }
  if (report.version && report.start)
    report.frequency_source = stream.frequency_source().value_or(FrequencySource::Trace);
  describe_ending(stream.wall_clock_stepped_back(), report);
  return report;
}

}  // namespace tracecheck

#include "analysis/verify.h"

#include <algorithm>

#include "analysis/ending.h"
#include "crash/repair_mark.h"
#include "crash/salvage_stream.h"
#include "reader/event_totals.h"
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
    position_ += count;
    note();
    return count;
  }
  void go_to(std::uint64_t offset) override {
    ForwardingSource::go_to(offset);
    position_ = offset;
    note();
  }

 private:
  void note() {
    facts_.bytes = std::max(facts_.bytes, position_);
    facts_.bytes_in = std::max(facts_.bytes_in, bytes_in());
    facts_.compression = compression();
  }

  Facts& facts_;
  std::uint64_t position_ = 0;
};

void see_sync(const SalvageStream& stream, VerifyReport& report) {
  // The Sync behind the last generation tells no time: it stands at last + 1.
  if (!stream.sync().begins_generation) return;
  report.repair_mark = find_repair_mark(*stream.generation()).value_or("");
  if (report.last.trace() != stream.segments().size()) {
    report.earlier_span = report.span().value_or(0);
    report.last.begin_trace(stream.segments().size(), stream.sync_time());
  }
  if (stream.generation()->start() > report.last.last_time) report.last.last_time = stream.generation()->start();
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
    if (stream.wire_time() > report.last.last_time) report.last.last_time = stream.wire_time();
    return;
  }
  if (event.type == EventType::UserLog) see_log(event, *stream.generation(), report);
  report.last.see(event, stream.wire_time(), *stream.generation());
}

// What generations that are checked as a whole leave behind.
struct Heard {
  LastWords last;
  std::uint64_t logs = 0;
};

// What is seen of such a generation. Of its many logs only the last one needs its texts.
class Hearsay final : public ThreadwiseCheck::Account {
 public:
  explicit Hearsay(Heard& heard) : heard_(heard) {}

  void see(const OrderedEvent& event, const Generation& generation) override {
    generation_ = &generation;
    if (event.type != EventType::UserLog) return last_.see(event, event.time, generation);
    ++logs_;
    const bool later = !log_ || Stamp{0, event.time, event.thread} >= Stamp{0, log_->time, log_->thread};
    if (later) log_ = event;
  }
  void keep(Time newest) override {
    if (log_) last_.see(*log_, log_->time, *generation_);
    last_.last_time = std::max(last_.last_time, newest);
    heard_ = {std::move(last_), logs_};
  }

 private:
  Heard& heard_;
  LastWords last_;
  std::uint64_t logs_ = 0;
  std::optional<OrderedEvent> log_;
  const Generation* generation_ = nullptr;
};

class Listener final : public ThreadwiseCheck::Listener {
 public:
  std::unique_ptr<ThreadwiseCheck::Account> open_account() override { return std::make_unique<Hearsay>(heard_); }

  /// To be called at the Sync that stands before a generation, which comes when all of it was heard.
  void tell(VerifyReport& report) {
    report.last.add(heard_.last);
    report.logs += heard_.logs;
    heard_ = {};
  }

 private:
  Heard heard_;
};

void read_all(SalvageStream& stream, Listener& listener, VerifyReport& report) {
  for (;;) {
    switch (stream.next()) {
      case SalvageStream::Item::End: listener.tell(report); return;
      case SalvageStream::Item::Sync:
        see_sync(stream, report);
        listener.tell(report);
        break;
      case SalvageStream::Item::Event: see_event(stream, report); break;
    }
  }
}

}  // namespace

std::optional<std::int64_t> VerifyReport::span() const {
  const std::optional<Time> trace_start = last.trace_start();
  if (!trace_start || last.last_time < *trace_start) return std::nullopt;
  return earlier_span + elapsed(*trace_start, last.last_time);
}

VerifyReport verify(std::unique_ptr<ByteSource> source, unsigned workers, std::uint64_t least_threadwise) {
  VerifyReport report;
  Witness::Facts facts;
  SalvageStream stream(std::make_unique<Witness>(std::move(source), facts), SalvageOptions{}, false);
  Listener listener;
  stream.check_threadwise(listener, {least_threadwise, workers});
  read_all(stream, listener, report);

  report.verdict = stream.verdict();
  report.message = message_of(stream.ending());
  report.version = stream.segments().empty() ? std::nullopt : std::optional(stream.segments().front().version);
  report.compression = facts.compression;
  report.bytes = facts.bytes;
  report.bytes_in = facts.bytes_in;
  report.generations = stream.generations();
  report.segments = stream.segments();
  report.damage = stream.damage();
  const EventTotals totals = totals_of(report.generations);
  report.events = totals.events;
  report.salvageable = totals.salvaged;
  if (report.version && report.start)
    report.frequency_source = stream.frequency_source().value_or(FrequencySource::Trace);
  describe_ending(stream.wall_clock_stepped_back(), report);
  return report;
}

}  // namespace tracecheck

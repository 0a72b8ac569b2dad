#include "export/kept_generations.h"

#include <algorithm>
#include <utility>

#include "export/trace_writer.h"
#include "reader/typed_event.h"

namespace tracecheck {
namespace {

constexpr std::uint64_t kNanoseconds = 1000000000;  // in a second

// What the clocks showed at another time, as they run alike.
ClockSnapshot shifted(const ClockSnapshot& snapshot, Time time) {
  const auto passed = static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(snapshot.trace);
  const std::uint64_t wall = snapshot.wall_seconds * kNanoseconds + snapshot.wall_nanoseconds + passed;
  return {time, snapshot.monotonic + passed, wall / kNanoseconds, wall % kNanoseconds};
}

// Its batches, read once more by the rules for whole generations; null if they do not make one. It views the same
// bytes.
std::unique_ptr<Generation> read_again(const Generation& generation) {
  auto again = std::make_unique<Generation>(generation.version(), generation.id(), generation.offset());
  for (const OtherBatch& batch : in_stream_order(generation)) {
    Batch anew;
    anew.header = batch.header;
    anew.data = batch.data;
    anew.index = batch.index;
    if (again->add(anew)) return nullptr;
  }
  if (again->finish()) return nullptr;
  for (const ThreadBatches& batches : again->threads()) {
    Cursor cursor(batches, again->clock());
    Cursor::Step step = Cursor::Step::Event;
    while (step == Cursor::Step::Event) step = cursor.next();
    if (step == Cursor::Step::Malformed) return nullptr;
  }
  return again;
}

}  // namespace

WireCounts count_wire(const Generation& generation) {
  WireCounts counts{generation.cpu_samples().size(), 0};
  for (const ThreadBatches& batches : generation.threads()) {
    Cursor cursor(batches, generation.clock());
    for (Cursor::Step step = cursor.next(); step != Cursor::Step::End; step = cursor.next()) {
      if (step == Cursor::Step::Malformed) {
        cursor.skip_bad_batch();
        continue;
      }
      ++counts.events;
      if (cursor.event().type == EventType::UserLog) ++counts.logs;
    }
  }
  return counts;
}

std::string unread_text(const std::string& unread) {
  return unread.empty() ? "" : "; the trace was not read to its end: " + unread;
}

bool KeptGenerations::stands(const Generation& generation, const SurveyedGeneration& surveyed) {
  if (!has_next_number(generation) || !surveyed.passes_checks) return false;
  const bool was_whole = surveyed.whole && !surveyed.salvaged;
  const std::unique_ptr<Generation> again = was_whole ? nullptr : read_again(generation);
  if (!was_whole && !again) return false;
  const Generation& whole = was_whole ? generation : *again;
  SalvagedOrder order(whole, state_);
  next_time_ = std::max(last_time_ + 1, whole.start());
  while (order.next()) {
    if (!order.replayed() || lacks_reference(order.event(), whole)) return false;
    next_time_ = std::max(next_time_ + 1, order.event().time);
  }
  next_state_ = order.replay();
  return true;
}

bool KeptGenerations::has_next_number(const Generation& generation) const {
  return !begun_ || has_end_markers(writer_.version()) || generation.id() == last_number_ + 1;
}

bool KeptGenerations::add_as_it_stands(const Generation& generation) {
  const bool written = writer_.add(generation);
  begun_ = true;
  const WireCounts counts = count_wire(generation);
  counts_.events_kept += counts.events;
  counts_.logs_kept += counts.logs;
  state_ = std::move(next_state_);
  last_number_ = generation.id();
  last_time_ = next_time_;
  if (const auto snapshot = generation.clock_snapshot()) last_snapshot_ = snapshot;
  return written;
}

bool KeptGenerations::add_anew(const Generation& generation) {
  const Replay::GCFacts gc = state_.facts_of_gc();
  if (only_as_they_stand_ && gc.state != Replay::GCState::Undetermined) gc_ = gc.next_sequence - 1;
  only_as_they_stand_ = false;
  GenerationStart start;
  start.time = std::max(generation.start(), last_time_ + 1);
  if (has_sync_batches(writer_.version())) start.snapshot = snapshot_for(generation, start.time);
  start.gc = gc_;
  SalvagedOrder order(generation, std::move(state_));
  return write_anew(generation, order, start, nullptr);
}

bool KeptGenerations::add_until(const Generation& generation, Time until) {
  until_ = until;
  return add_anew(generation);
}

bool KeptGenerations::add_from(const Generation& generation, Replay before, TimeSpan span) {
  until_ = span.until;
  Opening opening(generation, before, span.since);
  SalvagedOrder order(generation, std::move(before));
  opening.go_to(order);
  GenerationStart start;
  start.time = opening.start();
  const std::optional<ClockSnapshot> own = generation.clock_snapshot();
  if (has_sync_batches(writer_.version())) {
    start.snapshot = own ? shifted(*own, start.time) : snapshot_for(generation, start.time);
  }
  const bool written = write_anew(generation, order, start, &opening);
  only_as_they_stand_ = counts_.events_made_up == 0;
  return written;
}

bool KeptGenerations::write_anew(const Generation& generation, SalvagedOrder& order, GenerationStart start,
                                 Opening* opening) {
  start.number = has_next_number(generation) ? generation.id() : last_number_ + 1;
  GenerationWriter out(writer_, generation);
  const bool written = out.begin(start) && add_experiments(out, generation) &&
                       (opening == nullptr || add_opening(out, *opening)) && add_events(out, order, opening) &&
                       out.finish();
  state_ = order.replay();
  begun_ = true;
  last_number_ = start.number;
  last_time_ = out.last_time();
  last_snapshot_ = start.snapshot;
  gc_ = out.gc();
  return written;
}

bool KeptGenerations::add_opening(GenerationWriter& out, const Opening& opening) {
  const std::vector<KeptEvent>& events = opening.events();
  return std::all_of(events.begin(), events.end(), [&out](const KeptEvent& event) { return out.add(event); });
}

bool KeptGenerations::add_experiments(GenerationWriter& out, const Generation& generation) {
  const std::span<const ExperimentalBatch> batches = generation.experimental_batches();
  return std::all_of(batches.begin(), batches.end(), [&out](const ExperimentalBatch& b) { return out.add(b); });
}

bool KeptGenerations::add_events(GenerationWriter& out, SalvagedOrder& order, Opening* opening) {
  bool more = true;
  while (more) {
    more = order.next();
    if (more && until_ && order.begins_wire_event() && order.event().time > *until_) return true;
    for (const Bridge::Step& step : order.made_up()) {
      if (!out.add({step.thread, step.proc, step.event.type, step.event.time, step.event.args})) return false;
      ++counts_.events_made_up;
    }
    if (!more || !order.begins_wire_event() || order.out_of_order()) continue;
    ++counts_.events_kept;
    if (opening != nullptr && opening->has_told(order)) continue;
    if (!add_event(out, order)) return false;
  }
  return true;
}

bool KeptGenerations::add_event(GenerationWriter& out, const SalvagedOrder& order) {
  const OrderedEvent& event = order.event();
  if (event.type == EventType::CPUSample) {
    out.add(CpuSample{event.time, event.thread, event.proc, event.goroutine, event.args[0]});
    return true;
  }
  const RawEvent& wire = order.wire_event();
  if (wire.type == EventType::UserLog) count_log(wire, out.tables());
  const ProcId proc = wire.type == EventType::GoSyscallBegin ? order.replay().facts_of_thread(order.wire_thread()).proc
                                                             : kNone;  // no other event's number is of the proc there
  return out.add({order.wire_thread(), proc, wire.type, event.time, wire.args});
}

void KeptGenerations::count_log(const RawEvent& log, const Generation& generation) {
  ++counts_.logs_kept;
  if (!generation.has_text(log.args[1]) || !generation.has_text(log.args[2])) ++counts_.logs_without_text;
}

// Its own, if that is behind the last one; else one that is as far behind that as the generation is. Where nothing is
// known of the other clocks, they tell the trace's time.
ClockSnapshot KeptGenerations::snapshot_for(const Generation& generation, Time start) const {
  const std::optional<ClockSnapshot> own = generation.clock_snapshot();
  const bool sound = own && own->trace > 0 && own->monotonic > 0 && own->wall_seconds > 0;
  if (!last_snapshot_) {
    if (sound) return *own;
    const auto time = static_cast<std::uint64_t>(start);
    return {start, time, time / kNanoseconds, time % kNanoseconds};
  }
  if (sound && own->trace > last_snapshot_->trace && own->monotonic > last_snapshot_->monotonic) return *own;
  const std::uint64_t passed = static_cast<std::uint64_t>(start - last_snapshot_->trace);
  const std::uint64_t wall = last_snapshot_->wall_nanoseconds + passed;
  return {start, last_snapshot_->monotonic + passed, last_snapshot_->wall_seconds + wall / kNanoseconds,
          wall % kNanoseconds};
}

}  // namespace tracecheck

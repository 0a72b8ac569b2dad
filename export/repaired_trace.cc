#include "export/repaired_trace.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "crash/repair_mark.h"
#include "export/generation_writer.h"
#include "export/human.h"
#include "export/trace_writer.h"
#include "reader/typed_event.h"

namespace tracecheck {
namespace {

constexpr std::uint64_t kNanoseconds = 1000000000;  // in a second

struct WireCounts {
  std::uint64_t events = 0;
  std::uint64_t logs = 0;
};

// What can be read of a generation, whether it can happen or not.
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

// Writes one generation after another, with what they hand on.
class Repair {
 public:
  Repair(GoVersion version, bool strict, const Sink& sink) : strict_(strict), writer_(version, sink) {}

  /// False: nothing more is to be added.
  bool add(const Generation& generation, std::size_t index, const SurveyedGeneration& surveyed);
  /// All generations are to be counted.
  void count(const Generation& generation);
  RepairOutcome finish();

 private:
  bool stands(const Generation& generation, const SurveyedGeneration& surveyed);
  bool has_next_number(const Generation& generation) const;
  bool add_as_it_stands(const Generation& generation);
  bool add_anew(const Generation& generation);
  static bool add_experiments(GenerationWriter& out, const Generation& generation);
  bool add_events(GenerationWriter& out, SalvagedOrder& order);
  bool add_event(GenerationWriter& out, const SalvagedOrder& order);
  void count_log(const RawEvent& log, const Generation& generation);
  ClockSnapshot snapshot_for(const Generation& generation, Time start) const;

  bool strict_;
  TraceWriter writer_;
  RepairOutcome outcome_;
  Replay state_;  // of the scheduler, behind the last generation
  bool only_as_they_stand_ = true;
  std::uint64_t last_number_ = 0;
  Time last_time_ = 0;
  std::optional<ClockSnapshot> last_snapshot_;
  std::optional<std::uint64_t> gc_;

  // Of a generation that stands: what is behind it.
  Replay next_state_;
  Time next_time_ = 0;
};

bool Repair::add(const Generation& generation, std::size_t index, const SurveyedGeneration& surveyed) {
  // Only just begun, or all that it had is lost.
  if (!surveyed.whole && count_wire(generation).events == 0) return true;
  const bool as_it_stands = only_as_they_stand_ && stands(generation, surveyed);
  if (!as_it_stands && strict_) return false;
  outcome_.written = as_it_stands ? add_as_it_stands(generation) : add_anew(generation);
  outcome_.generations.push_back(index);
  return outcome_.written;
}

// Whether it follows the ones before it by the rules of a whole trace.
bool Repair::stands(const Generation& generation, const SurveyedGeneration& surveyed) {
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

bool Repair::has_next_number(const Generation& generation) const {
  return outcome_.generations.empty() || has_end_markers(writer_.version()) || generation.id() == last_number_ + 1;
}

bool Repair::add_as_it_stands(const Generation& generation) {
  const bool written = writer_.add(generation);
  const WireCounts counts = count_wire(generation);
  outcome_.events_kept += counts.events;
  outcome_.logs_kept += counts.logs;
  state_ = std::move(next_state_);
  last_number_ = generation.id();
  last_time_ = next_time_;
  if (const auto snapshot = generation.clock_snapshot()) last_snapshot_ = snapshot;
  return written;
}

bool Repair::add_anew(const Generation& generation) {
  const Replay::GCFacts gc = state_.facts_of_gc();
  if (only_as_they_stand_ && gc.state != Replay::GCState::Undetermined) gc_ = gc.next_sequence - 1;
  only_as_they_stand_ = false;
  GenerationStart start;
  start.number = has_next_number(generation) ? generation.id() : last_number_ + 1;
  start.time = std::max(generation.start(), last_time_ + 1);
  if (has_sync_batches(writer_.version())) start.snapshot = snapshot_for(generation, start.time);
  start.gc = gc_;
  GenerationWriter out(writer_, generation);
  SalvagedOrder order(generation, std::move(state_));
  const bool written = out.begin(start) && add_experiments(out, generation) && add_events(out, order) && out.finish();
  state_ = order.replay();
  last_number_ = start.number;
  last_time_ = out.last_time();
  last_snapshot_ = start.snapshot;
  gc_ = out.gc();
  return written;
}

bool Repair::add_experiments(GenerationWriter& out, const Generation& generation) {
  const std::span<const ExperimentalBatch> batches = generation.experimental_batches();
  return std::all_of(batches.begin(), batches.end(), [&out](const ExperimentalBatch& b) { return out.add(b); });
}

bool Repair::add_events(GenerationWriter& out, SalvagedOrder& order) {
  bool more = true;
  while (more) {
    more = order.next();
    for (const Bridge::Step& step : order.made_up()) {
      if (!out.add({step.thread, step.proc, step.event.type, step.event.time, step.event.args})) return false;
      ++outcome_.events_made_up;
    }
    if (!more || !order.begins_wire_event() || order.out_of_order()) continue;
    ++outcome_.events_kept;
    if (!add_event(out, order)) return false;
  }
  return true;
}

bool Repair::add_event(GenerationWriter& out, const SalvagedOrder& order) {
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

void Repair::count_log(const RawEvent& log, const Generation& generation) {
  ++outcome_.logs_kept;
  if (!generation.has_text(log.args[1]) || !generation.has_text(log.args[2])) ++outcome_.logs_without_text;
}

// Its own, if that is behind the last one; else one that is as far behind that as the generation is. Where nothing is
// known of the other clocks, they tell the trace's time.
ClockSnapshot Repair::snapshot_for(const Generation& generation, Time start) const {
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

void Repair::count(const Generation& generation) {
  const WireCounts counts = count_wire(generation);
  outcome_.events += counts.events;
  outcome_.logs += counts.logs;
}

RepairOutcome Repair::finish() {
  if (outcome_.written && !outcome_.generations.empty()) {
    outcome_.written = writer_.finish(repair_mark(describe(outcome_)));
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
  return text;
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
  return repair.finish();
}

bool write_copy(ByteSource& source, const Sink& sink) {
  std::vector<std::uint8_t> piece(std::size_t{256} * 1024);
  while (const std::size_t size = source.read(piece.data(), piece.size())) {
    if (!sink({reinterpret_cast<const char*>(piece.data()), size})) return false;
  }
  return !source.error();
}

}  // namespace tracecheck

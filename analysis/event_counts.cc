#include "analysis/event_counts.h"

#include <algorithm>
#include <optional>

#include "format/event_table.h"
#include "format/varint.h"
#include "reader/batch_tracker.h"
#include "reader/diagnose.h"
#include "reader/framer.h"
#include "reader/stream_start.h"

namespace tracecheck {
namespace {

// Steps over one event or record after another inside a batch.
class RecordWalker {
 public:
  explicit RecordWalker(std::span<const std::uint8_t> data) : at_(data.data()), end_(at_ + data.size()) {}

  bool done() const { return at_ == end_; }
  EventType type() const { return type_; }
  std::uint64_t bytes() const { return static_cast<std::uint64_t>(at_ - start_); }

  /// False: what stands here cannot be stepped over.
  bool next() {
    start_ = at_;
    type_ = static_cast<EventType>(*at_++);
    const EventSpec& spec = event_spec(type_);
    if (spec.event_class == EventClass::Undefined) return false;
    std::uint64_t arguments[kMaxArgs] = {};
    std::uint64_t delta = 0;
    if (spec.timed() && !number(delta)) return false;
    for (std::size_t i = 0; i < spec.arg_count; ++i) {
      if (!number(arguments[i])) return false;
    }
    if (type_ == EventType::String) return skip_text();
    if (type_ == EventType::Stack) return skip_frames(arguments[1]);
    return true;
  }

 private:
  bool number(std::uint64_t& value) { return read_varint(at_, end_, value) == VarintStatus::Ok; }
  bool skip_text() {
    std::uint64_t size = 0;
    if (!number(size) || size > static_cast<std::uint64_t>(end_ - at_)) return false;
    at_ += size;
    return true;
  }
  bool skip_frames(std::uint64_t frames) {
    std::uint64_t ignored = 0;
    for (std::uint64_t i = 0; i < frames; ++i) {
      for (int field = 0; field < 4; ++field) {
        if (!number(ignored)) return false;
      }
    }
    return true;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const std::uint8_t* start_ = nullptr;
  EventType type_ = EventType::None;
};

class Counter {
 public:
  Counter(EventCounts& counts, Framer& framer) : counts_(counts), framer_(framer) {}

  void batch(const Batch& batch) {
    const bool marker = batch.header.type == EventType::EndOfGeneration;
    GenerationCount& generation = generation_of(batch, marker);
    generation.bytes += batch.end_offset() - batch.offset;
    add(batch.header.type, batch.header.header_size);
    if (marker) return;
    ++generation.batches;
    if (batch.header.experiment != 0) {
      // Opaque bytes: they belong to the batch.
      counts_.types[static_cast<std::size_t>(batch.header.type)].bytes += batch.data.size();
      counts_.bytes += batch.data.size();
      return;
    }
    records(batch, generation);
  }

 private:
  GenerationCount& generation_of(const Batch& batch, bool marker) {
    auto& all = counts_.generations;
    if (all.empty() || (!marker && all.back().id != batch.header.generation)) {
      all.push_back({batch.header.generation, batch.offset, 0, 0, 0});
    }
    return all.back();
  }

  void records(const Batch& batch, GenerationCount& generation) {
    RecordWalker walker(batch.data);
    std::uint64_t offset = batch.data_offset();
    while (!walker.done()) {
      if (!walker.next()) {
        complain(batch, offset);
        return;
      }
      offset += walker.bytes();
      add(walker.type(), walker.bytes());
      generation.events += event_spec(walker.type()).timed() || walker.type() == EventType::CPUSample ? 1 : 0;
    }
  }

  void add(EventType type, std::uint64_t bytes) {
    TypeCount& count = counts_.types[static_cast<std::size_t>(type)];
    ++count.count;
    count.bytes += bytes;
    counts_.bytes += bytes;
  }

  void complain(const Batch& batch, std::uint64_t offset) {
    Damage damage;
    damage.code = DamageCode::BadEventType;
    damage.offset = offset;
    damage.length = batch.end_offset() - offset;
    damage.generation = batch.header.generation;
    damage.batch = batch.index;
    damage.thread = static_cast<std::int64_t>(batch.header.thread);
    damage.reading = Reading::BatchData;
    damage.message = "there is no whole event here; the rest of the batch is not counted";
    mark_nul_tail(framer_, batch.data, batch.end_offset(), damage);
    counts_.damage.push_back(std::move(damage));
  }

  EventCounts& counts_;
  Framer& framer_;
};

// Counts until the stream ends or cannot go on; what is wrong there.
std::optional<Damage> count_batches(Framer& framer, EventCounts& counts) {
  Counter counter(counts, framer);
  BatchTracker tracker(*counts.version);
  for (;;) {
    auto item = framer.next();
    if (const auto* end = std::get_if<EndOfStream>(&item)) return tracker.damage_at_end(framer, *end);
    if (const auto* error = std::get_if<FramingError>(&item)) {
      return diagnose_framing(framer, *error, tracker.context());
    }
    const Batch& batch = std::get<Batch>(item);
    if (!tracker.is_marker(batch) && !tracker.fits(batch.header)) {
      framer.unread(batch);
      return diagnose_generation(framer, batch.header.generation, tracker.context());
    }
    tracker.take(batch);
    counter.batch(batch);
  }
}

void judge(const ByteSource& source, const Framer& framer, EventCounts& counts) {
  if (const std::optional<Ending> failed = ending_of(source.error())) {
    counts.verdict = verdict_of(*failed, {});
    counts.message = message_of(*failed);
    return;
  }
  if (source.error() && verdict_of(counts.damage) != Verdict::Corrupt) {
    counts.damage = {compression_cut(framer, *source.error())};
  }
  counts.verdict = verdict_of(counts.damage);
}

}  // namespace

EventCounts count_events(ByteSource& source) {
  EventCounts counts;
  Framer framer(source);
  StreamStart start = find_stream_start(framer, true);
  counts.version = start.version;
  if (start.damage) counts.damage.push_back(std::move(*start.damage));
  if (start.ending) counts.message = message_of(*start.ending);
  if (start.ending && std::holds_alternative<NotATrace>(*start.ending)) {
    counts.verdict = Verdict::NotATrace;
    return counts;
  }
  if (start.ending && std::holds_alternative<NotJudged>(*start.ending)) {
    counts.verdict = Verdict::NotJudged;
    return counts;
  }
  if (counts.version) {
    std::optional<Damage> damage = count_batches(framer, counts);
    // Behind zeros up to the end, the end is no news.
    const bool told = !counts.damage.empty() && counts.damage.back().code == DamageCode::NulTail;
    if (damage && !told) counts.damage.push_back(std::move(*damage));
  }
  judge(source, framer, counts);
  return counts;
}

std::vector<EventType> types_by_bytes(const EventCounts& counts) {
  std::vector<EventType> types;
  for (std::size_t i = 0; i < counts.types.size(); ++i) {
    if (counts.types[i].count > 0) types.push_back(static_cast<EventType>(i));
  }
  std::stable_sort(types.begin(), types.end(), [&](EventType a, EventType b) {
    return counts.types[static_cast<std::size_t>(a)].bytes > counts.types[static_cast<std::size_t>(b)].bytes;
  });
  return types;
}

}  // namespace tracecheck

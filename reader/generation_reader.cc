#include "reader/generation_reader.h"

#include <utility>

#include "reader/cut.h"

namespace tracecheck {
namespace {

bool is_misplaced(const GenerationReader::Result& result, const Batch& batch) {
  const std::uint64_t number = batch.header.generation;
  return number == 0 || (result.generation && number != result.generation->id());
}

// Of damage that is not told of any more, it is enough to see that something is wrong.
constexpr std::size_t kLittleLookAhead = 256;

}  // namespace

GenerationReader::Result GenerationReader::next() {
  Result result = has_end_markers(version_) ? next_marked() : next_unmarked();
  if (result.waiting) return result;
  if (!result.usable) framer_.put_off_nothing();
  if (!result.generation) return result;
  place_.last_generation = result.generation->id();
  // Whoever looks for what is wrong looks at the events, too.
  const bool unfinished = result.stream_ended && looks_unfinished(*result.generation);
  if (!result.usable || result.damage || unfinished) result.generation->read_events(framer_);
  return result;
}

StreamContext GenerationReader::context(const Result& result) const {
  StreamContext context;
  context.version = version_;
  context.generation = result.generation ? result.generation->id() : place_.last_generation;
  if (result.generation) context.time = result.generation->earliest();
  context.after_marker = !result.generation && place_.after_marker;
  if (resumed_ > kMostDamage) context.look_ahead = kLittleLookAhead;
  return context;
}

// Adds a batch to the generation in progress. False: the batch is bad, and so the generation.
bool GenerationReader::take(Result& result, const Batch& batch) {
  if (!result.generation) {
    result.generation = std::make_unique<Generation>(version_, batch.header.generation, batch.offset);
  }
  result.damage = result.generation->add(batch);
  result.last = result.damage.has_value();
  return !result.damage;
}

GenerationReader::Result GenerationReader::wait(Result result) {
  in_progress_ = std::move(result);
  Result waiting;
  waiting.waiting = true;
  return waiting;
}

// Ends the reading at a batch whose generation cannot stand there.
GenerationReader::Result GenerationReader::refuse(const Batch& batch, Result result) {
  framer_.unread(batch);
  if (!can_be_judged(framer_)) return wait(std::move(result));
  result.last = true;
  result.damage = diagnose_generation(framer_, batch.header.generation, context(result));
  return result;
}

// A single byte 0x31 at the end: the reference takes it for a boundary.
std::optional<Damage> GenerationReader::cut_at_end(const Result& result, const EndOfStream& end) const {
  if (!end.dangling) return std::nullopt;
  Damage damage;
  damage.code = DamageCode::BatchHeaderCut;
  damage.severity = Severity::Truncated;
  damage.offset = framer_.offset();
  damage.length = 1;
  if (result.generation) damage.generation = result.generation->id();
  damage.batch = framer_.batches();
  damage.reading = Reading::BatchExperiment;
  damage.message = "the data ends inside the batch experiment of a batch header";
  return damage;
}

GenerationReader::Result GenerationReader::next_marked() {
  Result result = std::exchange(in_progress_, {});
  for (;;) {
    auto item = framer_.next();
    if (framer_.starved()) return wait(std::move(result));
    if (const auto* end = std::get_if<EndOfStream>(&item)) {
      result.last = result.stream_ended = true;
      result.damage = cut_at_end(result, *end);
      return result;
    }
    if (const auto* error = std::get_if<FramingError>(&item)) {
      if (!can_be_judged(framer_)) return wait(std::move(result));
      result.last = true;
      result.damage = diagnose_framing(framer_, *error, context(result));
      result.stream_ended = result.damage->severity == Severity::Truncated;
      return result;
    }
    const Batch& batch = std::get<Batch>(item);
    const bool marker =
        batch.header.type == EventType::EndOfGeneration || batch.starts_with(EventType::EndOfGeneration);
    if (marker) {
      if (!result.generation) {
        result.generation = std::make_unique<Generation>(version_, batch.header.generation, batch.offset);
      }
      result.generation->extend_to(batch.end_offset());
      place_.after_marker = true;
      result.closed = true;
      break;
    }
    // A line that begins with a digit 1 looks like an experimental batch, of an experiment that does not exist.
    if (batch.header.experiment > 1) {
      framer_.unread(batch);
      if (!can_be_judged(framer_)) return wait(std::move(result));
      result.damage = find_foreign_text(framer_, context(result));
      result.last = result.damage.has_value();
      if (result.last) return result;
      framer_.next();
    }
    if (is_misplaced(result, batch)) return refuse(batch, std::move(result));
    if (!take(result, batch)) return result;
  }
  result.damage = result.generation->finish();
  result.usable = !result.damage;
  result.last = !result.usable;
  return result;
}

GenerationReader::Result GenerationReader::next_unmarked() {
  Result result = std::exchange(in_progress_, {});
  if (const std::optional<Batch> first = std::exchange(place_.spilled, std::nullopt); first && !take(result, *first)) {
    return result;
  }
  for (;;) {
    auto item = framer_.next();
    if (framer_.starved()) return wait(std::move(result));
    if (const auto* end = std::get_if<EndOfStream>(&item)) {
      result.last = result.stream_ended = true;
      result.damage = cut_at_end(result, *end);
      break;
    }
    if (const auto* error = std::get_if<FramingError>(&item)) {
      if (!can_be_judged(framer_)) return wait(std::move(result));
      result.last = true;
      result.damage = diagnose_framing(framer_, *error, context(result));
      result.stream_ended = result.damage->severity == Severity::Truncated;
      if (!result.generation) return result;
      break;
    }
    Batch& batch = std::get<Batch>(item);
    const std::uint64_t number = batch.header.generation;
    if (result.generation && number != 0 && number == result.generation->id() + 1) {
      place_.spilled = std::move(batch);
      result.closed = true;
      break;
    }
    if (is_misplaced(result, batch)) return refuse(batch, std::move(result));
    if (!take(result, batch)) return result;
  }
  if (!result.generation) return result;
  std::optional<Damage> unfinished = result.generation->finish();
  result.usable = !unfinished;
  if (unfinished) {
    result.last = true;
    // What broke the stream says more than what is missing for it.
    if (!result.damage) result.damage = std::move(unfinished);
  }
  return result;
}

}  // namespace tracecheck

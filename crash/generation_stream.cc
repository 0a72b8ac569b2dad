#include "crash/generation_stream.h"

#include <utility>

#include "reader/cut.h"
#include "reader/limited_source.h"
#include "reader/stream_start.h"

namespace tracecheck {

bool GenerationStream::next() {
  generation_.reset();
  try {
    if (!begun_ && !begin_segment()) return false;
    while (!last_) {
      if (read()) return true;
      if (next_ == Resync::Next::Header && !begin_segment()) break;
    }
  } catch (const MemoryLimitReached&) {
    generation_.reset();
    last_ = true;
    ending_ = NotJudged{.why = NotJudged::Why::Limit, .message = kNoMemoryLeft};
    return false;
  }
  if (!std::exchange(last_, true) || std::holds_alternative<CleanEnd>(ending_)) end();
  return false;
}

bool GenerationStream::begin_segment() {
  segment_begun_ = std::exchange(begun_, true);
  StreamStart found = find_stream_start(framer_, true);
  if (found.damage) add_damage(std::move(*found.damage));
  if (found.ending) ending_ = std::move(*found.ending);
  if (!found.version) {
    last_ = true;
    return false;
  }
  version_ = found.version;
  framer_.put_off_events();
  reader_.emplace(framer_, *version_);
  heritage_.emplace(*version_, true);
  next_ = Resync::Next::Generation;
  gap_ahead_ = false;
  last_number_ = 0;
  return true;
}

// False: no generation came, but damage, or the end.
bool GenerationStream::read() {
  if (next_ != Resync::Next::Generation) {
    last_ = next_ == Resync::Next::End;
    return false;
  }
  GenerationReader::Result read = reader_->next();
  std::optional<Damage> damage = damage_of(read, framer_);
  if (read.last && !damage) next_ = Resync::Next::End;
  after_a_gap_ = std::exchange(gap_ahead_, false);
  // Text behind the last generation is damage, too, but not this generation's.
  const bool finished = read.usable && !has_end_markers(*version_) && read.generation->looks_finished();
  whole_ = !damage || finished;
  frequency_source_ = FrequencySource::Trace;
  start_.reset();
  if (damage) {
    salvage(read, std::move(*damage));
  } else if (read.generation && read.usable) {
    heritage_->learn(*read.generation);
  }
  generation_ = std::move(read.generation);
  if (!generation_) return false;
  last_number_ = generation_->id();
  begins_segment_ = std::exchange(segment_begun_, false);
  if (!generation_->threads().empty() || !generation_->cpu_samples().empty()) anything_came_ = true;
  return true;
}

bool GenerationStream::read_events() {
  if (generation_->read_events(framer_)) return true;
  last_ = true;
  end();
  return false;
}

// Takes in what is left of the generation, and finds where reading goes on.
void GenerationStream::salvage(GenerationReader::Result& read, Damage damage) {
  next_ = Resync::Next::Generation;
  const std::uint64_t batches = read.generation ? read.generation->batches() : 0;
  std::vector<Damage> more;
  if (!read.closed) {
    if (read.usable) start_ = read.generation->start();
    Resync resync(framer_, *version_, effort_);
    next_ = resync.read_rest(read.generation, last_number_, damage);
    more = resync.damage();
  }
  add_damage(std::move(damage));
  for (Damage& further : more) add_damage(std::move(further));
  gap_ahead_ = true;
  reader_->resume();
  if (!read.generation) return;
  if (read.generation->batches() > batches) whole_ = false;
  if (!whole_) frequency_source_ = heritage_->lend(*read.generation);
}

void GenerationStream::add_damage(Damage damage) {
  if (damage_.size() < kMostDamage) damage_.push_back(std::move(damage));
}

void GenerationStream::end() {
  const std::optional<SourceError>& error = framer_.error();
  if (std::optional<Ending> failed = ending_of(error)) {
    ending_ = *std::move(failed);
    return;
  }
  if (damage_.empty() && !anything_came_) add_damage(nothing_came(framer_));
  if (error && verdict() != Verdict::Corrupt) add_damage(compression_cut(framer_, *error));
  ending_ = ending_of(damage_);
}

Verdict GenerationStream::verdict() const { return verdict_of(ending_, damage_); }

}  // namespace tracecheck

#include "crash/salvage_stream.h"

#include <algorithm>
#include <utility>

#include "format/header.h"
#include "reader/cut.h"
#include "reader/limited_source.h"

namespace tracecheck {

SalvageStream::SalvageStream(std::unique_ptr<ByteSource> source, SalvageOptions options, bool wants_frames)
    : source_(std::move(source)), framer_(*source_), options_(options), wants_frames_(wants_frames) {
  begin_segment();
}

void SalvageStream::begin_segment() {
  stream_ = std::make_unique<EventStream>(framer_, options_);
  stream_->keep_states();
  stream_->before_reading_on([this] {
    if (before_reading_on_) before_reading_on_();
  });
  if (listener_ != nullptr) stream_->check_threadwise(*listener_, threadwise_);
  heritage_.reset();
}

void SalvageStream::check_threadwise(ThreadwiseCheck::Listener& listener, ThreadwiseOptions options) {
  listener_ = &listener;
  threadwise_ = options;
  stream_->check_threadwise(listener, options);
}

// The header was read.
void SalvageStream::note_segment() {
  if (!stream_->version() || heritage_) return;
  heritage_.emplace(*stream_->version(), wants_frames_);
  segments_.push_back({stream_->header_offset(), *stream_->version(), Verdict::Complete});
}

SalvageStream::Item SalvageStream::next_elsewhere(Item item) {
  try {
    return order_ ? next_salvaged() : past_stream(item);
  } catch (const MemoryLimitReached&) {
    order_.reset();
    return past_stream(stream_->give_up());
  }
}

SalvageStream::Item SalvageStream::past_stream(Item item) {
  if (ended_) return Item::End;
  note_segment();
  if (item == Item::Sync) {
    sync_ = stream_->sync();
    sync_time_ = stream_->sync_time();
    if (options_.salvage && sync_.begins_generation) heritage_->learn(*generation());
  }
  const bool damaged = stream_->stopped();
  const bool stopped = item == Item::End || (!sync_.begins_generation && damaged);
  if (!stopped) return item;
  if (!options_.salvage || !damaged) {
    if (item != Item::End) return item;
    if (damaged && !salvage_begun_) judge_unfinished();
    end_segment(false);
    return item;
  }
  if (!salvage_begun_) {
    begin_salvage();
    if (order_) return before_salvaged();
  }
  return item == Item::Sync ? item : after_salvage();
}

// A trace that is cut may be damaged as well, in what the cut leaves unfinished: the verdict is the same whether that is
// given out or not.
void SalvageStream::judge_unfinished() {
  if (stream_->damage_of_stop().severity != Severity::Truncated) return;
  begin_salvage();
  if (!order_) return;
  while (order_goes_on()) {
  }
  tell_passed_over();
  order_.reset();
}

// What stands in front of a generation that could not be read tells nothing of it.
SalvageStream::Item SalvageStream::before_salvaged() {
  if (stream_->generation_begun()) return next_salvaged();
  sync_.n = stream_->sync().n;
  sync_.begins_generation = true;
  sync_.clock_snapshot = generation()->clock_snapshot();
  sync_.experimental_batches = generation()->experimental_batches();
  sync_time_ = std::max(generation()->start(), stream_->sync_time());
  newest_ = std::max(newest_, sync_time_);
  return Item::Sync;
}

// Makes out what stands behind the place where reading ended, and whether a generation can be salvaged.
void SalvageStream::begin_salvage() {
  salvage_begun_ = true;
  std::unique_ptr<Generation>& broken = stream_->broken_generation();
  // The merge knows its place only for as long as the generation stays as it is.
  GivenOut given_out{stream_->given_out(), stream_->samples_given_out()};
  const std::uint64_t batches_before = broken ? broken->batches() : 0;
  next_ = Resync::Next::Generation;
  if (!stream_->generation_closed()) {
    Resync resync(framer_, *stream_->version(), effort_);
    Damage first = stream_->take_damage_of_stop();
    next_ = resync.read_rest(broken, stream_->last_generation_number(), first);
    stream_->add_damage(std::move(first));
    for (const Damage& damage : resync.damage()) stream_->add_damage(damage);
  }
  const bool more = broken && broken->batches() > batches_before;
  if (!broken || (stream_->all_given_out() && !more)) return;
  const FrequencySource source = heritage_->lend(*broken);
  frequency_source_ = std::max(frequency_source_.value_or(source), source);
  stream_->note_broken_generation();
  order_ = std::make_unique<SalvagedOrder>(*broken, stream_->state_before(), std::move(given_out));
}

// To its next event; not past the time that there is.
bool SalvageStream::order_goes_on() {
  const bool in_time = --until_look_ > 0 || !framer_.expire();
  if (until_look_ == 0) until_look_ = kEventsBetweenLooks;
  return in_time && order_->next();
}

SalvageStream::Item SalvageStream::next_salvaged() {
  if (!order_goes_on()) {
    if (before_reading_on_) before_reading_on_();
    tell_passed_over();
    order_.reset();
    return after_salvage();
  }
  newest_ = std::max(newest_, order_->event().time);
  if (order_->begins_wire_event()) ++stream_->last_generation().salvaged;
  return Item::Event;
}

// Where events are malformed, the rest of their batch is lost. In the batch that the stream ends in that is no news.
void SalvageStream::tell_passed_over() {
  const bool cut = stream_->damage_of_stop().severity == Severity::Truncated;
  for (Damage damage : order_->passed_over()) {
    if (cut && generation()->last() && damage.batch == generation()->last()->index) continue;
    damage.lost = damage.length;
    stream_->tell_lost(std::move(damage));
  }
}

// The broken generation is done with: on to what follows it.
SalvageStream::Item SalvageStream::after_salvage() {
  salvage_begun_ = false;
  if (next_ != Resync::Next::End) ++resumed_;
  switch (next_) {
    case Resync::Next::Generation: stream_->resume(newest_); return next();
    case Resync::Next::Header:
      end_segment(true);
      begin_segment();
      return next();
    case Resync::Next::End: break;
  }
  end_segment(false);
  return Item::End;
}

void SalvageStream::end_segment(bool another_follows) {
  while (stream_->next() != Item::End) {
  }
  std::vector<Damage> own = stream_->damage();
  if (!segments_.empty() && heritage_) {
    // That another trace follows is not the damage of this one; but it may have been cut before.
    std::erase_if(own, [](const Damage& d) { return d.code == DamageCode::SecondHeader; });
    const bool cut = another_follows && own.empty() && stream_->ends_in_generation();
    segments_.back().verdict = cut ? Verdict::Truncated : verdict_of(own);
  }
  stepped_back_ = wall_clock_stepped_back();
  const std::size_t room = kMostDamage - damage_.size();
  const auto end = stream_->damage().begin() + static_cast<std::ptrdiff_t>(std::min(room, stream_->damage().size()));
  damage_.insert(damage_.end(), stream_->damage().begin(), end);
  generations_.insert(generations_.end(), stream_->generations().begin(), stream_->generations().end());
  if (another_follows) return;
  ended_ = true;
  ending_ = stream_->ending();
  const bool judged = std::holds_alternative<CleanEnd>(*ending_) || std::holds_alternative<Truncated>(*ending_) ||
                      std::holds_alternative<Corrupt>(*ending_);
  if (judged) ending_ = ending_of(damage_);
  if (std::holds_alternative<NotJudged>(*ending_)) forget_cut();
}

// Where a limit stops the reading, the data does not end.
void SalvageStream::forget_cut() {
  std::erase_if(damage_, [](const Damage& damage) { return damage.severity == Severity::Truncated; });
  if (!segments_.empty()) segments_.back().verdict = Verdict::NotJudged;
}

const Ending& SalvageStream::ending() const { return ending_ ? *ending_ : stream_->ending(); }

Verdict SalvageStream::verdict() const {
  if (!ended_) return stream_->verdict();
  return verdict_of(*ending_, damage_);
}

const std::vector<Damage>& SalvageStream::damage() const { return ended_ ? damage_ : stream_->damage(); }

const std::vector<GenerationInfo>& SalvageStream::generations() const {
  return ended_ ? generations_ : stream_->generations();
}

}  // namespace tracecheck

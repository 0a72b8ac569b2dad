#include "reader/event_stream.h"

#include <algorithm>
#include <utility>

#include "format/header.h"
#include "reader/cut.h"
#include "reader/diagnose.h"
#include "reader/limited_source.h"
#include "reader/stream_start.h"
#include "reader/typed_event.h"

namespace tracecheck {

EventStream::EventStream(Framer& framer, ReaderOptions options) : options_(options), framer_(framer), merge_(replay_) {}

// Events leave strictly increasing.
inline void EventStream::move_forward(Time& time) {
  if (time <= last_time_) time = wrapping_add(last_time_, 1);
  last_time_ = time;
}

[[gnu::always_inline]] inline bool EventStream::next_ordered() {
  const Merge::Step step = merge_.next();
  if (step != Merge::Step::Event) [[unlikely]]
    return events_ended(step);
  OrderedEvent& event = merge_.event();
  if (!references_.knows(event) && !look_up_references(event)) [[unlikely]]
    return false;
  wire_time_ = event.time;
  move_forward(event.time);
  ++generations_.back().events;
  if (options_.check && !validator_->pass(event, *generation_)) [[unlikely]]
    record(validator_->take_problem(), at_event(event));
  return true;
}

EventStream::Item EventStream::next() {
  try {
    if (phase_ == Phase::Events && --until_look_ > 0 && next_ordered()) [[likely]]
      return Item::Event;
    return next_phase();
  } catch (const MemoryLimitReached&) {
    return give_up();
  }
}

// What holds most is given back first.
EventStream::Item EventStream::give_up() {
  events_are_out();
  phase_ = Phase::Ended;
  stopped_ = false;
  ahead_.reset();
  generation_.reset();
  ending_ = NotJudged{.why = NotJudged::Why::Limit, .message = kNoMemoryLeft};
  return Item::End;
}

EventStream::Item EventStream::next_phase() {
  if (phase_ != Phase::Events) events_are_out();
  waiting_ = false;
  while (phase_ != Phase::Ended && !waiting_) {
    switch (phase_) {
      case Phase::Start: start(); break;
      case Phase::ReadGeneration:
        if (read_generation()) return Item::Sync;
        break;
      case Phase::Passed:
        phase_ = Phase::ReadGeneration;
        generation_done();
        break;
      case Phase::Events:
        if (until_look_ == 0) {
          until_look_ = kEventsBetweenLooks;
          if (framer_.expire()) phase_ = Phase::Closing;
        }
        if (phase_ == Phase::Events && next_ordered()) return Item::Event;
        events_are_out();
        break;
      case Phase::Judging: judge(); break;
      case Phase::SyncThenEnd:
        phase_ = Phase::Closing;
        sync(last_time_, nullptr);
        return Item::Sync;
      case Phase::Closing: end(); break;
      case Phase::Ended: break;
    }
  }
  return Item::End;
}

Verdict EventStream::verdict() const { return verdict_of(ending_, damage_); }

void EventStream::start() {
  waiting_ = !start_can_be_judged(framer_, header_searched_);
  if (waiting_) return;
  StreamStart found = find_stream_start(framer_, options_.skip_foreign_prefix);
  if (found.damage) record(std::move(*found.damage));
  if (found.ending) {
    ending_ = std::move(*found.ending);
    phase_ = Phase::Ended;
    return;
  }
  version_ = found.version;
  if (version_) header_offset_ = framer_.offset() - kHeaderSize;
  if (!version_) {
    end();
    return;
  }
  generation_reader_.emplace(framer_, *version_);
  if (listener_ != nullptr) {
    framer_.put_off_events();
    if (threadwise_.workers > 1) {
      ahead_ = std::make_unique<GenerationsAhead>(framer_, *generation_reader_, *version_, *listener_, threadwise_);
    }
  }
  validator_.emplace(*version_);
  phase_ = Phase::ReadGeneration;
}

// True: an event is ready.
bool EventStream::read_generation() {
  generation_.reset();
  generation_begun_ = false;
  if (last_) {
    phase_ = Phase::SyncThenEnd;
    return false;
  }
  GenerationReader::Result read = ahead_ ? ahead_->next() : generation_reader_->next();
  waiting_ = read.waiting;
  if (waiting_) return false;
  generation_ = std::move(read.generation);
  generation_closed_ = read.closed;
  all_given_out_ = false;
  last_ = read.last;
  stream_ended_ = read.stream_ended;
  if (read.usable) {
    set_aside_ = std::move(read.damage);
    note_generation(last_ && generation_->only_sync() ? GenerationState::Begun : GenerationState::Whole);
    return install();
  }
  phase_ = Phase::SyncThenEnd;
  if (keep_states_) state_before_ = replay_;
  if (generation_) note_generation(GenerationState::Unfinished);
  if (read.damage) {
    set_aside_.reset();
    stop_once_judged(std::move(*read.damage), Phase::SyncThenEnd);
  } else if (generation_ && !generation_->only_sync()) {
    stop_with(cut_in(*generation_, framer_, kNoMarker));
  } else if (generation_) {
    generations_.back().state = GenerationState::Begun;
    generation_.reset();
  }
  return false;
}

bool EventStream::install() {
  if (keep_states_) state_before_ = replay_;
  generation_begun_ = true;
  if (pass_threadwise()) {
    phase_ = Phase::Passed;
    return true;
  }
  if (ahead_) ahead_->forget();
  if (!generation_->read_events(framer_)) {
    phase_ = Phase::Closing;
    return false;
  }
  if (std::optional<Damage> malformed = merge_.begin(*generation_)) {
    stop_once_judged(std::move(*malformed), Phase::Closing);
    return false;
  }
  phase_ = Phase::Events;
  references_.begin(*generation_);
  sync(generation_->start(), generation_.get());
  return true;
}

void EventStream::check_threadwise(ThreadwiseCheck::Listener& listener, ThreadwiseOptions options) {
  listener_ = &listener;
  threadwise_ = options;
}

// The Sync that stands before the generation, and all of its events. False: nothing is changed.
bool EventStream::pass_threadwise() {
  GenerationsAhead::Outcome* const outcome = ahead_ ? ahead_->outcome() : nullptr;
  const std::uint64_t size = generation_->end_offset() - generation_->offset();
  if (listener_ == nullptr || size < threadwise_.least) return false;
  if (!options_.check || !validator_->satisfied() || set_aside_ || unfinished_tail()) return false;
  const Validator validator_before = *validator_;
  const Time last_time_before = last_time_;
  const std::size_t damage_before = damage_.size();
  sync(generation_->start(), generation_.get());
  if (!validator_->satisfied() || (!take_outcome(outcome) && !check_generation())) {
    *validator_ = validator_before;
    last_time_ = last_time_before;
    damage_.resize(damage_before);
    --syncs_;
    return false;
  }
  validator_->take_over(replay_, last_time_);
  return true;
}

// False: it was not checked ahead, or what was guessed of what comes before it does not hold.
bool EventStream::take_outcome(GenerationsAhead::Outcome* outcome) {
  if (outcome == nullptr || !outcome->sure || !outcome->replay.follows(replay_, outcome->met_tasks) ||
      !validator_->follow_up(outcome->validator)) {
    return false;
  }
  outcome->replay.adopt(replay_);
  replay_ = std::move(outcome->replay);
  generations_.back().events += outcome->events;
  last_time_ = std::max(last_time_, outcome->newest);
  outcome->account->keep(outcome->newest);
  return true;
}

bool EventStream::check_generation() {
  const Replay replay_before = replay_;
  replay_.begin_generation(generation_->id());
  references_.begin(*generation_);
  generation_->stacks().for_each_stack([this](std::uint64_t id) {
    const Stack stack = generation_->stacks().stack(id);
    validator_->look_at(stack);
    references_.remember(stack);
  });
  const std::unique_ptr<ThreadwiseCheck::Account> account = listener_->open_account();
  ThreadwiseCheck check(*generation_, {replay_, *validator_, references_, framer_.source()}, *account);
  if (!validator_->satisfied() || !check.run()) {
    replay_ = replay_before;
    return false;
  }
  generations_.back().events += check.events();
  last_time_ = std::max(last_time_, check.newest());
  account->keep(check.newest());
  return true;
}

// No event came of it: the generation is done, or broken.
bool EventStream::events_ended(Merge::Step step) {
  if (step == Merge::Step::Drained) {
    generation_done();
    phase_ = Phase::ReadGeneration;
  } else {
    stop_once_judged(merge_.damage(), Phase::Closing);
  }
  return false;
}

// The event has taken effect already, so a missing text or stack ends the read.
bool EventStream::look_up_references(const OrderedEvent& event) {
  if (lacks_reference(event, *generation_)) {
    withheld_ = 1;
    stop_once_judged(missing_reference(event), Phase::Closing);
    return false;
  }
  const EventTraits& traits = traits_of(event.type);
  for (const std::uint8_t argument : {traits.stack, traits.new_stack}) {
    const Stack stack = generation_->stacks().stack(event.args[argument]);
    if (!generation_->stacks().contains(stack.id())) continue;
    if (options_.check) validator_->look_at(stack);
    references_.remember(stack);
  }
  return true;
}

Damage EventStream::at_event(const OrderedEvent& event) const {
  Damage damage;
  damage.offset = merge_.event_offset();
  damage.generation = generation_->id();
  damage.batch = merge_.batch_index();
  damage.thread = event.thread;
  return damage;
}

Damage EventStream::missing_reference(const OrderedEvent& event) const {
  const MissingReference missing = find_missing(event, *generation_);
  Damage damage = at_event(event);
  damage.code = missing.code;
  damage.reading = Reading::Event;
  damage.message = missing.message;
  return damage;
}

void EventStream::sync(Time time, const Generation* generation) {
  move_forward(time);
  sync_time_ = time;
  sync_.n = ++syncs_;
  sync_.begins_generation = generation != nullptr;
  sync_.clock_snapshot = generation == nullptr ? std::nullopt : generation->clock_snapshot();
  sync_.experimental_batches = {};
  if (generation != nullptr) sync_.experimental_batches = generation->experimental_batches();
  if (options_.check && !validator_->pass_sync(time, sync_)) {
    Damage damage;
    damage.offset = generation == nullptr ? framer_.offset() : generation->offset();
    if (generation != nullptr) damage.generation = generation->id();
    record(validator_->take_problem(), std::move(damage));
  }
}

// A trace that is wrong throughout need not fill the memory with saying so: the latest damage stands for all beyond.
void EventStream::make_room(std::size_t count) {
  if (damage_.size() + count > kMostDamage) damage_.resize(kMostDamage - count);
}

void EventStream::add_damage(Damage damage) {
  if (damage_.size() < kMostDamage) record(std::move(damage));
}

// The order of events stands, so reading goes on.
void EventStream::record(Validator::Problem problem, Damage damage) {
  constexpr std::size_t kMaxProblems = 100;
  if (damage_.size() >= kMaxProblems) return;
  damage.code = problem.code;
  damage.reading = Reading::Checks;
  damage.message = std::move(problem.message);
  record(std::move(damage));
}

// Every event of the generation came out.
void EventStream::generation_done() {
  all_given_out_ = true;
  if (set_aside_) {
    // A generation that has its strings is whole, unless what broke off is known to be a further batch of it.
    const bool goes_on = set_aside_->reading > Reading::BatchGeneration && set_aside_->reading <= Reading::BatchData &&
                         set_aside_->generation == generation_->id();
    const bool whole = generation_->looks_finished() && !goes_on;
    stop_with(*std::exchange(set_aside_, std::nullopt));
    if (whole) generations_.back().state = GenerationState::Whole;
  } else if (unfinished_tail()) {
    stop_with(cut_in(*generation_, framer_, kNoStrings));
  }
}

// Before 1.26 nothing marks the end of the last generation; a whole one ends with its strings.
bool EventStream::unfinished_tail() const { return generation_ && stream_ended_ && looks_unfinished(*generation_); }

// What lacks its rest may have been closed by the first digit of a line "42", which looks like a marker.
std::optional<Damage> EventStream::marker_in_text() {
  StreamContext context;
  context.version = *version_;
  context.generation = generation_->id();
  context.after_marker = true;
  context.empty = generation_->batches() == 0;
  if (context.empty) context.generation = generations_.size() < 2 ? 0 : generations_[generations_.size() - 2].id;
  const std::uint64_t marker = framer_.offset() - 1;
  std::optional<Damage> text = find_foreign_text(framer_, context);
  if (!text || text->offset != marker) return std::nullopt;
  generation_closed_ = false;
  if (context.empty) {
    generations_.pop_back();
    generation_.reset();
  }
  return text;
}

// Records what ended the read. In a generation that the stream ends in, or breaks off in, missing parts are
// told as what they are: a consequence.
void EventStream::stop_with(Damage damage) {
  GenerationState state = GenerationState::Damaged;
  if (generation_) mark_nul_tail(*generation_, framer_, damage);
  const bool consequence = may_come_of_a_cut(damage.code);
  if (set_aside_ && consequence) {
    damage = *std::exchange(set_aside_, std::nullopt);
  } else if (unfinished_tail() && consequence) {
    damage = cut_in(*generation_, framer_, damage.message);
  } else if (consequence && generation_ && has_end_markers(*version_)) {
    if (std::optional<Damage> text = marker_in_text()) damage = std::move(*text);
  }
  stopped_ = true;
  make_room(set_aside_ ? 2 : 1);
  damage_of_stop_ = damage_.size();
  if (set_aside_) record(std::move(*set_aside_));
  set_aside_.reset();
  if (damage.severity == Severity::Truncated) state = GenerationState::Unfinished;
  if (generation_ && !generations_.empty()) generations_.back().state = state;
  record(std::move(damage));
  last_ = true;
}

// What to make of it depends on what follows in the stream.
void EventStream::stop_once_judged(Damage damage, Phase then) {
  unjudged_ = std::move(damage);
  after_judging_ = then;
  phase_ = Phase::Judging;
}

void EventStream::judge() {
  waiting_ = !can_be_judged(framer_);
  if (waiting_) return;
  phase_ = after_judging_;
  stop_with(*std::exchange(unjudged_, std::nullopt));
}

void EventStream::note_broken_generation() {
  const bool noted = !generations_.empty() && generations_.back().offset == generation_->offset();
  if (!noted) return note_generation(GenerationState::Damaged);
  GenerationInfo& info = generations_.back();
  info.length = generation_->end_offset() - generation_->offset();
  info.batches = generation_->batches();
  info.threads = generation_->threads().size();
}

bool EventStream::ends_in_generation() const {
  if (!generation_ || generation_->only_sync() || generation_closed_) return false;
  return has_end_markers(*version_) || looks_unfinished(*generation_);
}

void EventStream::note_generation(GenerationState state) {
  GenerationInfo info;
  info.id = generation_->id();
  info.offset = generation_->offset();
  info.length = generation_->end_offset() - generation_->offset();
  info.state = state;
  info.batches = generation_->batches();
  info.threads = generation_->threads().size();
  generations_.push_back(info);
}

IdHashMap<ThreadId, Cursor::Place> EventStream::given_out() const {
  IdHashMap<ThreadId, Cursor::Place> places;
  if (!generation_begun_) return places;
  merge_.visit_positions([&](ThreadId thread, Cursor::Place place) { places[thread] = place; });
  // The event that ended the read has happened, but was not given out.
  const bool malformed = merge_.failed_on_malformed();
  if ((withheld_ > 0 || malformed) && merge_.last_cursor() != nullptr) {
    places[merge_.last_cursor()->thread()] = merge_.last_place();
  }
  return places;
}

void EventStream::tell_lost(Damage damage) {
  for (std::size_t i = damage_of_stop_; i < damage_.size(); ++i) {
    Damage& known = damage_[i];
    if (known.offset != damage.offset || known.code != damage.code) continue;
    known.lost = damage.lost;
    return;
  }
  add_damage(std::move(damage));
}

Damage EventStream::take_damage_of_stop() {
  Damage damage = std::move(damage_[damage_of_stop_]);
  damage_.resize(damage_of_stop_);
  return damage;
}

void EventStream::resume(Time newest) {
  if (newest > last_time_) last_time_ = newest;
  replay_ = Replay();
  validator_->begin_anew();
  generation_reader_->resume();
  generation_.reset();
  set_aside_.reset();
  withheld_ = 0;
  last_ = stream_ended_ = stopped_ = false;
  phase_ = Phase::ReadGeneration;
  ending_ = CleanEnd{};
}

void EventStream::end() {
  phase_ = Phase::Ended;
  const std::optional<SourceError>& error = framer_.error();
  if (std::optional<Ending> failed = ending_of(error)) {
    ending_ = *std::move(failed);
    return;
  }
  std::uint64_t events = 0;
  for (const GenerationInfo& g : generations_) events += g.events;
  if (damage_.empty() && version_ && events == 0) record(nothing_came(framer_));
  if (error && verdict() != Verdict::Corrupt) record(compression_cut(framer_, *error));
  ending_ = ending_of(damage_);
}

}  // namespace tracecheck

// The reader's core: ordered and checked events, and the judgement of the trace. Reader makes typed events of
// them; who only counts or looks for a few kinds takes them as they are.
// Fact from: FORMAT.md section 7, "What comes out".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reader/generation_reader.h"
#include "reader/generations_ahead.h"
#include "reader/merge.h"
#include "reader/reference_memory.h"
#include "reader/threadwise_check.h"
#include "reader/validator.h"
#include "tracecheck/reader.h"

namespace tracecheck {

class EventStream {
 public:
  enum class Item : std::uint8_t { Event, Sync, End };

  /// Reads what `framer` gives from its position on; it must outlive the stream.
  EventStream(Framer& framer, ReaderOptions options);

  /// Goes on to the next item. On a pipe, as soon as its generation is known to be whole. End is not for good where the
  /// framer takes the stream as it comes, and it has not `ended`.
  Item next();
  bool ended() const { return phase_ == Phase::Ended; }

  /// Generations that are large enough, whole and sound in every way are checked thread by thread, some of them ahead
  /// where there are workers: none of their events comes out, but the listener is told. It must outlive the stream.
  void check_threadwise(ThreadwiseCheck::Listener& listener, ThreadwiseOptions options);

  /// As in SalvageReader.
  void before_reading_on(std::function<void()> call) { before_reading_on_ = std::move(call); }

  /// After Item::Event: the event, its time made strictly increasing. Valid until the next call.
  const OrderedEvent& event() { return merge_.event(); }
  /// Its time before that, as it is on the wire.
  Time wire_time() const { return wire_time_; }
  /// After Item::Sync.
  const Sync& sync() const { return sync_; }
  Time sync_time() const { return sync_time_; }

  // As in Reader.
  const Ending& ending() const { return ending_; }
  Verdict verdict() const;
  const std::vector<Damage>& damage() const { return damage_; }
  std::optional<GoVersion> version() const { return version_; }
  const std::vector<GenerationInfo>& generations() const { return generations_; }
  const Generation* generation() const { return generation_.get(); }

  // For salvage, which goes on where reading ends.
  /// Keeps, for each generation, the scheduler's state before it.
  void keep_states() { keep_states_ = true; }
  /// That of the generation that ended the read.
  const Replay& state_before() const { return state_before_; }
  std::unique_ptr<Generation>& broken_generation() { return generation_; }
  /// What of that generation has come out: of each thread with events, the place that comes next.
  IdHashMap<ThreadId, Cursor::Place> given_out() const;
  std::size_t samples_given_out() const { return generation_begun_ ? merge_.samples_given() : 0; }
  /// Ends the read, as what the trace asks for is more memory than may be used.
  [[gnu::cold, gnu::noinline]] Item give_up();
  /// Goes on reading at the framer's position, as if a trace began there. Nothing comes before `newest` any more.
  void resume(Time newest);
  void add_damage(Damage damage);
  /// The same, unless it is known already: then only what is lost by it is new.
  void tell_lost(Damage damage);
  /// Damage ended the read.
  bool stopped() const { return stopped_; }
  /// That damage. Where something that broke off the stream was set aside first, it is that; what the replay
  /// found wrong then was likely to come of it.
  const Damage& damage_of_stop() const { return damage_[damage_of_stop_]; }
  Damage take_damage_of_stop();
  GenerationInfo& last_generation() { return generations_.back(); }
  std::uint64_t last_generation_number() const { return generations_.empty() ? 0 : generations_.back().id; }
  /// That generation has grown since it was noted, or was not there.
  void note_broken_generation();
  /// The end of that generation was seen.
  bool generation_closed() const { return generation_closed_; }
  /// Events of it have come out, or at least its Sync.
  bool generation_begun() const { return generation_begun_; }
  /// Every event of it has come out.
  bool all_given_out() const { return all_given_out_; }
  /// The stream, as far as it was read, ends inside a generation.
  bool ends_in_generation() const;
  /// Of the trace's first byte.
  std::uint64_t header_offset() const { return header_offset_; }
  bool wall_clock_stepped_back() const { return validator_ && validator_->wall_clock_stepped_back(); }

  /// Events on the wire of the current generation that have come out, CPU samples included.
  std::uint64_t wire_events() const { return merge_.wire_events() - withheld_; }

 private:
  enum class Phase : std::uint8_t { Start, ReadGeneration, Passed, Events, Judging, SyncThenEnd, Closing, Ended };

  // What is not done for every event is kept out of the loop that is: cold, and never inlined there.
  [[gnu::cold, gnu::noinline]] void start();
  [[gnu::cold, gnu::noinline]] bool read_generation();
  void events_are_out() {
    if (before_reading_on_) before_reading_on_();
  }
  bool install();
  [[gnu::noinline]] bool pass_threadwise();
  bool take_outcome(GenerationsAhead::Outcome* outcome);
  bool check_generation();
  bool next_ordered();
  [[gnu::cold, gnu::noinline]] Item next_phase();
  [[gnu::cold, gnu::noinline]] bool events_ended(Merge::Step step);
  [[gnu::cold, gnu::noinline]] bool look_up_references(const OrderedEvent& event);
  void move_forward(Time& time);
  [[gnu::cold, gnu::noinline]] void sync(Time time, const Generation* generation);
  [[gnu::cold, gnu::noinline]] void generation_done();
  [[gnu::cold, gnu::noinline]] void end();
  [[gnu::cold, gnu::noinline]] void stop_with(Damage damage);
  [[gnu::cold, gnu::noinline]] void stop_once_judged(Damage damage, Phase then);
  [[gnu::cold, gnu::noinline]] void judge();
  void make_room(std::size_t count);
  void record(Damage damage) { damage_.push_back(std::move(damage)); }
  [[gnu::cold, gnu::noinline]] void record(Validator::Problem problem, Damage damage);
  [[gnu::cold, gnu::noinline]] Damage at_event(const OrderedEvent& event) const;
  [[gnu::cold, gnu::noinline]] Damage missing_reference(const OrderedEvent& event) const;
  bool unfinished_tail() const;
  void note_generation(GenerationState state);
  std::optional<Damage> marker_in_text();

  ReaderOptions options_;
  Framer& framer_;
  Replay replay_;
  Merge merge_;
  std::optional<GenerationReader> generation_reader_;
  std::optional<Validator> validator_;
  ReferenceMemory references_;
  std::optional<GoVersion> version_;
  std::unique_ptr<Generation> generation_;
  std::optional<Damage> set_aside_;  // what ended the stream inside a generation that is replayed all the same
  std::uint64_t withheld_ = 0;       // events that advanced but lack a text or stack: one at most, it ends the read
  bool stopped_ = false;
  std::size_t damage_of_stop_ = 0;  // where it stands
  bool keep_states_ = false;
  Replay state_before_;
  std::uint64_t header_offset_ = 0;
  bool generation_closed_ = false;
  bool all_given_out_ = false;
  bool generation_begun_ = false;  // the merge is at work on the generation at hand
  bool last_ = false;              // no generation follows
  bool stream_ended_ = false;      // the stream ends in the generation at hand
  Phase phase_ = Phase::Start;
  bool waiting_ = false;  // for more of the stream
  std::size_t header_searched_ = 0;
  std::optional<Damage> unjudged_;  // what will end the read, while it is waited for what follows it
  Phase after_judging_ = Phase::Closing;
  Sync sync_;
  Time sync_time_ = 0;
  Time last_time_ = 0;
  Time wire_time_ = 0;
  std::function<void()> before_reading_on_;
  ThreadwiseCheck::Listener* listener_ = nullptr;
  ThreadwiseOptions threadwise_;
  std::uint64_t syncs_ = 0;
  std::uint32_t until_look_ = kEventsBetweenLooks;
  std::vector<GenerationInfo> generations_;
  std::vector<Damage> damage_;
  Ending ending_ = CleanEnd{};
  std::unique_ptr<GenerationsAhead> ahead_;  // which looks at much of the above, on other threads
};

}  // namespace tracecheck

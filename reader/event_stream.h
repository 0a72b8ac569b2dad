// The reader's core: ordered and checked events, and the judgement of the trace. Reader makes typed events of
// them; who only counts or looks for a few kinds takes them as they are.
// Fact from: FORMAT.md section 7, "What comes out".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reader/generation_reader.h"
#include "reader/merge.h"
#include "reader/reference_memory.h"
#include "reader/validator.h"
#include "tracecheck/reader.h"

namespace tracecheck {

class EventStream {
 public:
  enum class Item : std::uint8_t { Event, Sync, End };

  EventStream(std::unique_ptr<ByteSource> source, ReaderOptions options);

  /// Goes on to the next item. On a pipe, as soon as its generation is known to be whole.
  Item next();

  /// After Item::Event: the event, its time made strictly increasing. Valid until the next call.
  const OrderedEvent& event() { return merge_.event(); }
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
  std::uint64_t offset() const { return framer_.offset(); }
  bool wall_clock_stepped_back() const { return validator_ && validator_->wall_clock_stepped_back(); }

  /// Events on the wire of the current generation that have come out, CPU samples included.
  std::uint64_t wire_events() const { return merge_.wire_events() - withheld_; }

 private:
  enum class Phase : std::uint8_t { Start, ReadGeneration, Events, SyncThenEnd, Closing, Ended };

  // What is not done for every event is kept out of the loop that is: cold, and never inlined there.
  [[gnu::cold, gnu::noinline]] void start();
  [[gnu::cold, gnu::noinline]] bool read_generation();
  bool install();
  bool next_ordered();
  [[gnu::cold, gnu::noinline]] Item next_phase();
  [[gnu::cold, gnu::noinline]] bool events_ended(Merge::Step step);
  [[gnu::cold, gnu::noinline]] bool look_up_references(const OrderedEvent& event);
  void move_forward(Time& time);
  [[gnu::cold, gnu::noinline]] void sync(Time time, const Generation* generation);
  [[gnu::cold, gnu::noinline]] void generation_done();
  [[gnu::cold, gnu::noinline]] void end();
  [[gnu::cold, gnu::noinline]] void stop_with(Damage damage);
  void record(Damage damage) { damage_.push_back(std::move(damage)); }
  [[gnu::cold, gnu::noinline]] void record(Validator::Problem problem, Damage damage);
  [[gnu::cold, gnu::noinline]] Damage at_event(const OrderedEvent& event) const;
  [[gnu::cold, gnu::noinline]] Damage missing_reference(const OrderedEvent& event) const;
  bool unfinished_tail() const;
  void note_generation(GenerationState state);
  std::optional<Damage> marker_in_text();

  ReaderOptions options_;
  std::unique_ptr<ByteSource> source_;
  Framer framer_;
  Replay replay_;
  Merge merge_;
  std::optional<GenerationReader> generation_reader_;
  std::optional<Validator> validator_;
  ReferenceMemory references_;
  std::optional<GoVersion> version_;
  std::unique_ptr<Generation> generation_;
  std::optional<Damage> set_aside_;  // what ended the stream inside a generation that is replayed all the same
  std::uint64_t withheld_ = 0;       // events that advanced but lack a text or stack: one at most, it ends the read
  bool last_ = false;                // no generation follows
  bool stream_ended_ = false;        // the stream ends in the generation at hand
  Phase phase_ = Phase::Start;
  Sync sync_;
  Time sync_time_ = 0;
  Time last_time_ = 0;
  std::uint64_t syncs_ = 0;
  std::vector<GenerationInfo> generations_;
  std::vector<Damage> damage_;
  Ending ending_ = CleanEnd{};
};

}  // namespace tracecheck

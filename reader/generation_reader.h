// From batches to generations: where one ends and the next begins. Fact from: FORMAT.md section 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "reader/diagnose.h"
#include "reader/framer.h"
#include "reader/generation.h"

namespace tracecheck {

class GenerationReader {
 public:
  struct Result {
    /// What was read, even if it cannot be used; null if nothing was.
    std::unique_ptr<Generation> generation;
    /// It passes every check of the generation itself and may be replayed.
    bool usable = false;
    /// Its end was seen: a marker, or the first batch of the next.
    bool closed = false;
    /// Nothing comes after it.
    bool last = false;
    /// The stream ended in it, cleanly or cut.
    bool stream_ended = false;
    /// What ended it early. Where it is usable all the same (before 1.26), the reference tells this only
    /// after the generation's events.
    std::optional<Damage> damage;
    /// The stream has not come far enough, and nothing else is told. `next` goes on once more has come.
    bool waiting = false;
  };

  GenerationReader(Framer& framer, GoVersion version) : framer_(framer), version_(version) {}

  /// The next generation; on a pipe, as soon as it is known to be whole. Not called again after `last`.
  Result next();

  /// Where it stands between two generations; the framer's place is another matter.
  struct Place {
    std::optional<Batch> spilled;       // before 1.26: the first batch of the next generation
    std::uint64_t last_generation = 0;  // closed just before
    bool after_marker = false;
  };
  const Place& place() const { return place_; }
  void return_to(const Place& place) { place_ = place; }

  /// Goes on after `last`, where the stream was found to go on: with the batch at the framer's position, or with one
  /// that was read before that.
  void resume() {
    place_.after_marker = false;
    ++resumed_;
  }

 private:
  Result next_marked();
  Result next_unmarked();
  bool take(Result& result, const Batch& batch);
  Result wait(Result result);
  Result refuse(const Batch& batch, Result result);
  StreamContext context(const Result& result) const;
  std::optional<Damage> cut_at_end(const Result& result, const EndOfStream& end) const;

  Framer& framer_;
  GoVersion version_;
  Place place_;
  Result in_progress_;  // where the stream has not come far enough
  std::size_t resumed_ = 0;
};

}  // namespace tracecheck

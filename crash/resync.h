// Goes on past damage: finds the next batch that is plausible, mends the one before it where its bytes show how, and
// takes in what follows of the generation that was damaged. Fact from: FORMAT.md section 10, "Foreign bytes".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crash/batch_mending.h"
#include "reader/batch_search.h"
#include "reader/framer.h"
#include "reader/generation.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

class Resync {
 public:
  /// What stands at the framer's position after `read_rest`.
  enum class Next : std::uint8_t { Generation, Header, End };

  /// `effort` is what may still be spent on this trace (batch_mending.h).
  Resync(Framer& framer, GoVersion version, std::uint64_t& effort)
      : framer_(framer), version_(version), effort_(effort) {}

  /// Reading ended with `first`, at the framer's position or in the batch before it. Takes the rest of `generation` in,
  /// which may be null and then may come to be. What is known better now goes into `first`; further damage is in
  /// `damage`. `last` is the number of the generation before.
  Next read_rest(std::unique_ptr<Generation>& generation, std::uint64_t last, Damage& first);

  const std::vector<Damage>& damage() const { return damage_; }

 private:
  enum class Found : std::uint8_t { Taken, Closed, Nothing };

  StreamContext context() const;
  Found take_next(ByteSpan bytes);
  void take(const Batch& batch);
  void take_half_batch(ByteSpan bytes);
  bool begins_other_generation(ByteSpan bytes) const;
  bool take_other_generation(ByteSpan bytes, const BatchHeader& header);
  void read_table_again();
  std::optional<Next> mend(ByteSpan bytes);
  bool undo_crlf(ByteSpan bytes);
  bool batch_swallowed_others(ByteSpan bytes);
  bool last_goes_on(ByteSpan gap);
  bool take_text_out_of_last(ByteSpan bytes);
  Next lose_the_end(ByteSpan bytes);
  Damage& lose(std::size_t size);
  std::optional<std::size_t> find_next(ByteSpan bytes, std::size_t from) const;
  bool chain(ByteSpan bytes, std::size_t at) const;
  bool is_stray_type(ByteSpan bytes) const;
  bool is_stray_marker(ByteSpan bytes) const;
  bool is_marker_before_text(ByteSpan bytes) const;
  const Batch* last_batch() const;
  void replace_last(const Batch& batch);
  Damage& at(std::uint64_t offset, std::uint64_t length);

  Framer& framer_;
  GoVersion version_;
  std::uint64_t& effort_;
  std::unique_ptr<Generation>* generation_ = nullptr;
  std::uint64_t last_generation_ = 0;
  Damage* first_ = nullptr;
  bool first_mended_ = false;
  bool crlf_undone_ = false;
  std::vector<Damage> damage_;
};

}  // namespace tracecheck

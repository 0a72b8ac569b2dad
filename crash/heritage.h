// What whole generations leave to a broken one of the same process: the clock's rate, the texts that have fixed ids,
// the frames of program counters. Fact from: FORMAT.md section 10, "What can be salvaged".
#pragma once

#include <cstdint>
#include <optional>

#include "format/clock.h"
#include "format/fixed_strings.h"
#include "reader/frame_memory.h"
#include "reader/generation.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

class Heritage {
 public:
  /// Frames are remembered only if `with_frames`: it costs time.
  Heritage(GoVersion version, bool with_frames) : list_(fixed_strings(version)), with_frames_(with_frames) {}

  /// Takes in what a whole generation tells.
  void learn(const Generation& whole);

  /// Gives `broken` a clock, texts and frames that it lacks. It may use them for as long as this lives and does not
  /// learn. Says where its clock is from.
  FrequencySource lend(Generation& broken);

 private:
  void learn_texts(const Generation& whole);
  void lend_texts(Generation& broken);
  std::optional<FixedStrings> list_of(const Generation& broken) const;

  std::optional<FixedStrings> list_;
  std::optional<std::uint64_t> frequency_;
  FrameMemory frames_;
  bool has_fixed_texts_ = true;
  bool with_frames_;
  bool begun_ = false;  // a generation was seen
};

}  // namespace tracecheck

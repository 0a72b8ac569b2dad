// What whole generations say of program counters, kept for a later one that lost its texts.
// Fact from: FORMAT.md section 10, "What can be salvaged".
#pragma once

#include <cstdint>
#include <string>

#include "reader/id_hash.h"
#include "reader/stack_table.h"

namespace tracecheck {

class FrameMemory {
 public:
  struct Known {
    std::string function;
    std::string file;
    std::uint64_t line = 0;
  };

  /// Takes in what a whole generation says.
  void learn(const StackTable& stacks) {
    stacks.for_each_frame([this](const Frame& frame) {
      if (frame.lost_function != 0 || frame.lost_file != 0 || known_.contains(frame.pc)) return;
      known_.emplace(frame.pc, Known{std::string(frame.function), std::string(frame.file), frame.line});
    });
  }

  /// Null if no generation mentioned it. Valid until the next `learn`.
  const Known* find(std::uint64_t pc) const {
    const auto found = known_.find(pc);
    return found == known_.end() ? nullptr : &found->second;
  }

 private:
  IdHashMap<std::uint64_t, Known> known_;
};

}  // namespace tracecheck

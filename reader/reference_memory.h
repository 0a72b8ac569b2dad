// Which strings and stacks of the generation at hand are known to be there, so that an event costs no look-up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "reader/generation.h"
#include "reader/replay.h"
#include "reader/typed_event.h"

namespace tracecheck {

class ReferenceMemory {
 public:
  /// Forgets everything but the texts of `generation`.
  void begin(const Generation& generation) {
    stacks_.clear(generation.stacks().end_of_dense());
    texts_.clear(generation.strings().end_of_dense());
    for (std::size_t id = 1; id < texts_.end; ++id) texts_.known[id] = generation.has_text(id) ? 1 : 0;
  }

  /// True: all that `event` refers to is there, and its stacks were `remember`ed. False: look closer.
  template <typename AnyEvent>
  bool knows(const AnyEvent& event) const {
    // Without a branch: the types of events that follow each other are hard to foretell.
    const EventTraits& traits = traits_of(event.type);
    const auto& args = event.args;
    return (stacks_.at(args[traits.stack]) & stacks_.at(args[traits.new_stack]) & texts_.at(args[traits.string]) &
            texts_.at(args[traits.second_string])) != 0;
  }

  /// 1 if it is there, else 0.
  std::uint8_t knows_stack(std::uint64_t id) const { return stacks_.at(id); }
  std::uint8_t knows_text(std::uint64_t id) const { return texts_.at(id); }

  /// The stack is there, and nothing more is to be said of it. Large ids are not remembered.
  void remember(const Stack& stack) {
    if (stack.id() < stacks_.end) stacks_.known[static_cast<std::size_t>(stack.id())] = 1;
  }

 private:
  struct Ids {
    std::vector<std::uint8_t> known;  // by id; the last one stands for all ids from `end` on, and is 0
    std::uint64_t end = 0;

    void clear(std::size_t wanted) {
      constexpr std::size_t kMost = 1U << 20U;
      end = std::clamp<std::size_t>(wanted, 1, kMost);
      known.assign(end + 1, 0);
      known[0] = 1;
    }
    std::uint8_t at(std::uint64_t id) const { return known[static_cast<std::size_t>(std::min(id, end))]; }
  };

  Ids stacks_;
  Ids texts_;
};

}  // namespace tracecheck

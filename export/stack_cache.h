// Stacks as text. The same few stacks stand in most events of a generation: each is rendered once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// Appends an array of frames; `null` for no stack, and for one that is lost.
void append_stack_json(std::string& out, const Stack& stack);

/// Writes a stack that is there at the end of a string.
using RenderStack = void (*)(std::string& out, const Stack& stack);

/// Remembers what the stacks of one generation look like, within bounds.
class StackCache {
 public:
  explicit StackCache(RenderStack render = append_stack_json) : render_(render) {}

  /// Appends what the stack is rendered as; false if it is lost. All stacks are of one generation until `clear`.
  bool append(std::string& out, const Stack& stack);

  /// To be called as a generation begins: its ids mean other stacks.
  void clear();

 private:
  // A hostile trace has stacks whose text is a thousand times their record.
  static constexpr std::size_t kMaxText = 64U << 20U;

  static constexpr std::uint64_t kNear = 1U << 16U;

  struct Place {
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  const Place* find(std::uint64_t id) const;
  Place& place(std::uint64_t id);

  RenderStack render_;
  std::string text_;
  std::vector<Place> near_;                 // by id; a place without size is none
  IdHashMap<std::uint64_t, Place> places_;  // of ids beyond
};

}  // namespace tracecheck

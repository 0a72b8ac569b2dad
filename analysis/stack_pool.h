// Stacks that outlive their generation: where goroutines were when they were last heard of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

class StackPool {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNoStack = ~Index{0};

  /// To be called as a generation begins: its ids mean other stacks.
  void generation_begins();

  /// Equal stacks have equal indices. kNoStack where there is no stack, or it is lost. Costs little where the stack was
  /// seen before in its generation.
  Index intern(const Stack& stack);

  /// The frames' record (analysis/frames_record.h). Valid until the pool is replaced.
  const std::string& record(Index stack) const { return *records_[stack]; }

  /// The function that the goroutine began with, which is the outermost frame's; "" if it is lost.
  std::string_view outermost_function(Index stack) const;

  std::size_t size() const { return records_.size(); }

  /// Takes over a stack of another pool.
  Index adopt(const StackPool& other, Index stack);

 private:
  static constexpr std::uint64_t kNear = 1U << 16U;

  Index& near_or_far(std::uint64_t id);
  Index insert(std::string record);

  std::unordered_map<std::string, Index> indices_;  // by record
  std::vector<const std::string*> records_;
  // Of the generation at hand, by id.
  std::vector<Index> near_;
  IdHashMap<std::uint64_t, Index> far_;
};

}  // namespace tracecheck

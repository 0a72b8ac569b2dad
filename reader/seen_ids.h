// Which ids have come by. They mostly count up from somewhere, and are bits then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reader/id_hash.h"

namespace tracecheck {

class SeenIds {
 public:
  /// True the first time that an id is given.
  bool insert(std::uint64_t id) {
    if (count_++ == 0) base_ = id - kMargin;
    const std::uint64_t bit = id - base_;
    if (bit >= 2 * kMargin + 64 * count_) return far_.insert(id).second;
    const auto word = static_cast<std::size_t>(bit / 64);
    if (word >= bits_.size()) bits_.resize(2 * word + 1);
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    const bool fresh = (bits_[word] & mask) == 0 && (far_.empty() || !far_.contains(id));
    bits_[word] |= mask;
    return fresh;
  }

  bool contains(std::uint64_t id) const {
    const std::uint64_t bit = id - base_;
    const auto word = static_cast<std::size_t>(bit / 64);
    const bool near = count_ != 0 && bit / 64 < bits_.size() && ((bits_[word] >> (bit % 64)) & 1U) != 0;
    return near || far_.contains(id);
  }

 private:
  static constexpr std::uint64_t kMargin = 1U << 15U;  // threads count a little beside each other

  std::uint64_t base_ = 0;
  std::uint64_t count_ = 0;
  std::vector<std::uint64_t> bits_;
  IdHashSet<std::uint64_t> far_;  // as far as the bits reach, ids may be here from before
};

}  // namespace tracecheck

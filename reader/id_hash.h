// A hash for ids that come out of a trace. The standard one is the id itself: a hostile trace can choose ids that all
// fall into one bucket, and a megabyte of it takes minutes. A key of this process keeps it from knowing where they
// fall.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

namespace tracecheck {

/// Differs from process to process, so nothing that is printed may depend on the order in a map.
std::uint64_t hash_key();

struct IdHash {
  std::uint64_t key = hash_key();

  template <typename Id>
  std::size_t operator()(Id id) const {
    // The finalizer of splitmix64.
    std::uint64_t mixed = static_cast<std::uint64_t>(id) + key;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
    return static_cast<std::size_t>(mixed ^ (mixed >> 31U));
  }
};

template <typename Id, typename Value>
using IdHashMap = std::unordered_map<Id, Value, IdHash>;
template <typename Id>
using IdHashSet = std::unordered_set<Id, IdHash>;

}  // namespace tracecheck

// States by id: a map from 64-bit ids to slots of a slab, so that a state keeps its place while others come and go,
// and a holder may remember the slot and skip the look-up. Ids mostly count from 0; these have a table of slots, the
// others a hash map.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "reader/id_hash.h"

namespace tracecheck {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = ~Slot{0};

/// Value must have a member `std::int64_t id` and a member `bool live`.
template <typename Value>
class IdMap {
 public:
  /// The slot of `id`, kNoSlot if there is none.
  Slot find(std::int64_t id) const {
    if (static_cast<std::uint64_t>(id) < near_.size()) {
      const Slot slot = near_[static_cast<std::size_t>(id)];
      if (slot != kNoSlot) return slot;
    }
    return far_.empty() ? kNoSlot : find_far(id);
  }

  /// As find, but looks at `hint` first, a slot that an earlier look-up of the same id gave.
  Slot find(std::int64_t id, Slot hint) const {
    if (hint < slots_ && slab_[hint].id == id && slab_[hint].live) return hint;
    return find(id);
  }

  /// Adds a state for an id that is not there. The state keeps what an earlier user of its slot left: reset it.
  Slot insert(std::int64_t id) {
    Slot slot = 0;
    if (free_.empty()) {
      slot = slots_++;
      slab_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    slab_[slot].id = id;
    slab_[slot].live = true;
    if (is_near(id)) {
      near_[static_cast<std::size_t>(id)] = slot;
    } else {
      far_.emplace(id, slot);
    }
    return slot;
  }

  /// Removes the state in `slot`.
  void erase(Slot slot) {
    const std::int64_t id = slab_[slot].id;
    if (static_cast<std::uint64_t>(id) < near_.size() && near_[static_cast<std::size_t>(id)] == slot) {
      near_[static_cast<std::size_t>(id)] = kNoSlot;
    } else {
      far_.erase(id);
    }
    slab_[slot].live = false;
    free_.push_back(slot);
  }

  Value& operator[](Slot slot) { return slab_[slot]; }
  const Value& operator[](Slot slot) const { return slab_[slot]; }
  /// Of a state that stands in the map.
  Slot slot_of(const Value& value) const { return static_cast<Slot>(&value - slab_.data()); }
  std::size_t size() const { return slots_ - free_.size(); }

  template <typename Visit>
  void for_each(Visit visit) {
    for (Value& value : slab_) {
      if (value.live) visit(value);
    }
  }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Value& value : slab_) {
      if (value.live) visit(value);
    }
  }

 private:
  [[gnu::noinline]] Slot find_far(std::int64_t id) const {
    // An id may have come when the table was shorter.
    const auto found = far_.find(id);
    return found == far_.end() ? kNoSlot : found->second;
  }

  // The table grows to what stays in proportion to the number of states.
  bool is_near(std::int64_t id) {
    constexpr std::uint64_t kAlways = 16384;
    const auto index = static_cast<std::uint64_t>(id);
    const std::uint64_t most = kAlways + 8 * static_cast<std::uint64_t>(size());
    if (index >= near_.size() && index < most) {
      near_.resize(static_cast<std::size_t>(std::min(most, std::max<std::uint64_t>(2 * index, 64))), kNoSlot);
    }
    return index < near_.size();
  }

  std::vector<Value> slab_;
  std::vector<Slot> free_;
  Slot slots_ = 0;  // slab_.size(), which would take a division
  std::vector<Slot> near_;
  IdHashMap<std::int64_t, Slot> far_;
};

}  // namespace tracecheck

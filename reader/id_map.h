// States by id: a map from 64-bit ids to slots of a slab, so that a state keeps its place while others come and go,
// and a holder may remember the slot and skip the look-up. Ids mostly count from 0; these have a table of slots, the
// others a hash map.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
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
  [[gnu::always_inline]] Slot find(std::int64_t id) const {
    if (static_cast<std::uint64_t>(id) < near_.size()) {
      const Slot slot = near_[static_cast<std::size_t>(id)];
      if (slot != kNoSlot) return slot;
    }
    return far_count_ == 0 ? kNoSlot : find_far(id);
  }

  /// As find, but looks at `hint` first, a slot that an earlier look-up of the same id gave.
  Slot find(std::int64_t id, Slot hint) const {
    if (hint < slots_ && slab_[hint].id == id && slab_[hint].live) return hint;
    return find(id);
  }

  /// The state of `id`, null if there is none; `hint` is set to its slot.
  Value* get(std::int64_t id, Slot& hint) {
    const Slot slot = find(id, hint);
    if (slot == kNoSlot) return nullptr;
    hint = slot;
    return &slab_[slot];
  }
  Value* get(std::int64_t id) {
    const Slot slot = find(id);
    return slot == kNoSlot ? nullptr : &slab_[slot];
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
      insert_far(slot);
    }
    return slot;
  }

  /// The state of `id`, a new one if there is none.
  Value& find_or_add(std::int64_t id) {
    if (Value* known = get(id)) return *known;
    Value& added = slab_[insert(id)];
    added = Value{};
    added.id = id;
    added.live = true;
    return added;
  }

  /// Removes the state in `slot`.
  void erase(Slot slot) {
    const std::int64_t id = slab_[slot].id;
    if (static_cast<std::uint64_t>(id) < near_.size() && near_[static_cast<std::size_t>(id)] == slot) {
      near_[static_cast<std::size_t>(id)] = kNoSlot;
    } else {
      erase_far(slot);
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
  // An id may be far though the table has grown past it since. Open addressing: a state costs no allocation of its own.
  [[gnu::noinline]] Slot find_far(std::int64_t id) const {
    for (std::size_t i = home(id);; i = next(i)) {
      if (far_[i] == kNoSlot) return kNoSlot;
      if (slab_[far_[i]].id == id) return far_[i];
    }
  }

  void insert_far(Slot slot) {
    if ((far_count_ + 1) * 2 > far_.size()) grow_far();
    place_far(slot);
    ++far_count_;
  }

  void place_far(Slot slot) {
    std::size_t i = home(slab_[slot].id);
    while (far_[i] != kNoSlot) i = next(i);
    far_[i] = slot;
  }

  void grow_far() {
    const std::vector<Slot> before = std::exchange(far_, {});
    far_.assign(before.empty() ? 64 : before.size() * 2, kNoSlot);
    shift_ = 64 - static_cast<int>(std::bit_width(far_.size() - 1));
    for (const Slot slot : before) {
      if (slot != kNoSlot) place_far(slot);
    }
  }

  void erase_far(Slot slot) {
    std::size_t hole = home(slab_[slot].id);
    while (far_[hole] != slot) hole = next(hole);
    // Close the gap: move back whatever would not be found any more.
    for (std::size_t i = next(hole); far_[i] != kNoSlot; i = next(i)) {
      const std::size_t wanted = home(slab_[far_[i]].id);
      const std::size_t mask = far_.size() - 1;
      if (((i - wanted) & mask) >= ((i - hole) & mask)) {
        far_[hole] = far_[i];
        hole = i;
      }
    }
    far_[hole] = kNoSlot;
    --far_count_;
  }

  std::size_t home(std::int64_t id) const {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(id) * multiplier_) >> shift_);
  }
  std::size_t next(std::size_t i) const { return (i + 1) & (far_.size() - 1); }

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
  std::vector<Slot> far_;  // cells, twice as many as there are ids or more
  std::size_t far_count_ = 0;
  int shift_ = 0;
  std::uint64_t multiplier_ = hash_key() | 1U;  // a trace cannot foresee where its ids come to lie
};

}  // namespace tracecheck

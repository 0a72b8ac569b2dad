// States by id: a hash map from 64-bit ids to slots of a slab, so that a state keeps its place while others
// come and go, and a holder may remember the slot and skip the look-up.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tracecheck {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = ~Slot{0};

/// Value must have a member `std::int64_t id` and a member `bool live`.
template <typename Value>
class IdMap {
 public:
  /// The slot of `id`, kNoSlot if there is none.
  Slot find(std::int64_t id) const {
    if (cells_.empty()) return kNoSlot;
    for (std::size_t i = home(id);; i = next(i)) {
      if (cells_[i] == kNoSlot) return kNoSlot;
      if (slab_[cells_[i]].id == id) return cells_[i];
    }
  }

  /// As find, but looks at `hint` first, a slot that an earlier look-up of the same id gave.
  Slot find(std::int64_t id, Slot hint) const {
    if (hint < slots_ && slab_[hint].id == id && slab_[hint].live) return hint;
    return find(id);
  }

  /// Adds a state for an id that is not there. The state keeps what an earlier user of its slot left: reset it.
  Slot insert(std::int64_t id) {
    if ((live_ + 1) * 2 > cells_.size()) grow();
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
    place(slot);
    ++live_;
    return slot;
  }

  /// Removes the state in `slot`.
  void erase(Slot slot) {
    std::size_t hole = home(slab_[slot].id);
    while (cells_[hole] != slot) hole = next(hole);
    // Close the gap: move back whatever would not be found any more.
    for (std::size_t i = next(hole); cells_[i] != kNoSlot; i = next(i)) {
      const std::size_t wanted = home(slab_[cells_[i]].id);
      const std::size_t mask = cells_.size() - 1;
      if (((i - wanted) & mask) >= ((i - hole) & mask)) {
        cells_[hole] = cells_[i];
        hole = i;
      }
    }
    cells_[hole] = kNoSlot;
    slab_[slot].live = false;
    free_.push_back(slot);
    --live_;
  }

  Value& operator[](Slot slot) { return slab_[slot]; }
  const Value& operator[](Slot slot) const { return slab_[slot]; }
  std::size_t size() const { return live_; }

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
  std::size_t home(std::int64_t id) const {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15ULL) >> shift_);
  }
  std::size_t next(std::size_t i) const { return (i + 1) & (cells_.size() - 1); }

  void place(Slot slot) {
    std::size_t i = home(slab_[slot].id);
    while (cells_[i] != kNoSlot) i = next(i);
    cells_[i] = slot;
  }

  void grow() {
    const std::size_t size = cells_.empty() ? 64 : cells_.size() * 2;
    shift_ = 64 - static_cast<int>(std::bit_width(size - 1));
    cells_.assign(size, kNoSlot);
    for (Slot slot = 0; slot < slab_.size(); ++slot) {
      if (slab_[slot].live) place(slot);
    }
  }

  std::vector<Value> slab_;
  std::vector<Slot> cells_;
  std::vector<Slot> free_;
  Slot slots_ = 0;  // slab_.size(), which would take a division
  std::size_t live_ = 0;
  int shift_ = 0;
};

}  // namespace tracecheck

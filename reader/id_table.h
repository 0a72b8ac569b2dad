// A table by ids that mostly count from 1 but come in any order, and in a hostile trace may be anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reader/id_hash.h"

namespace tracecheck {

/// T must be default-constructible, with a member `present()` that is false for a default T only.
/// Memory stays in proportion to the number of entries, whatever the ids are.
template <typename T>
class IdTable {
 public:
  /// False, and nothing changed, if `id` is there already.
  bool insert(std::uint64_t id, const T& value) {
    if (find(id) != nullptr) return false;
    ++count_;
    put(id, value);
    return true;
  }

  /// Puts `value` in the place of what is there, if anything is.
  void assign(std::uint64_t id, const T& value) {
    if (T* known = const_cast<T*>(find(id))) {
      *known = value;
    } else {
      insert(id, value);
    }
  }

  /// Null if there is none. Valid until the next insert.
  const T* find(std::uint64_t id) const {
    if (id < dense_.size()) {
      const T& value = dense_[static_cast<std::size_t>(id)];
      if (value.present()) return &value;
      // An id may have gone to the sparse part before the dense one grew past it.
    }
    if (sparse_.empty()) return nullptr;
    const auto found = sparse_.find(id);
    return found == sparse_.end() ? nullptr : &found->second;
  }

  std::size_t size() const { return count_; }

  /// Ids that count up with few gaps are below this, which is in proportion to their number.
  std::size_t end_of_dense() const { return dense_.size(); }

  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t id = 0; id < dense_.size(); ++id) {
      if (dense_[id].present()) visit(static_cast<std::uint64_t>(id), dense_[id]);
    }
    for (const auto& [id, value] : sparse_) visit(id, value);
  }

 private:
  static constexpr std::uint64_t kAlwaysDense = 16384;

  void put(std::uint64_t id, const T& value) {
    if (id < dense_.size()) {
      dense_[static_cast<std::size_t>(id)] = value;
    } else if (id < kAlwaysDense + 4 * count_) {
      dense_.resize(static_cast<std::size_t>(id) + 1);
      dense_.back() = value;
    } else {
      sparse_.emplace(id, value);
    }
  }

  std::vector<T> dense_;
  IdHashMap<std::uint64_t, T> sparse_;
  std::size_t count_ = 0;
};

}  // namespace tracecheck

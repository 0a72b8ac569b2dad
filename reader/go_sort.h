// A sort whose order of equal elements is that of Go's slices.SortFunc, from Go 1.24 on (before, the numbers
// that break patterns were others).
//
// The reference reader sorts its cursors and CPU samples with it, so ties in a trace come out in the order
// that this algorithm happens to leave them in; only the same algorithm repeats that. It is the
// pattern-defeating quicksort of arXiv:2106.05123 with Go's choice of constants and no block partitioning.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tracecheck {
namespace go_sort_detail {

using Index = std::ptrdiff_t;

inline constexpr Index kInsertionLimit = 12;
inline constexpr Index kNintherFrom = 50;
inline constexpr Index kShiftFrom = 50;
inline constexpr int kMaxShifts = 5;
inline constexpr int kAllSwapped = 12;

enum class Trend { Unknown, Increasing, Decreasing };

template <typename T, typename Less>
class Sorter {
 public:
  Sorter(T* data, Less less) : d_(data), less_(less) {}

  void sort(Index lo, Index hi, int bad_pivots_left) {
    bool balanced = true;
    bool partitioned = true;
    for (;;) {
      const Index length = hi - lo;
      if (length <= kInsertionLimit) return insertion(lo, hi);
      if (bad_pivots_left == 0) return heap(lo, hi);
      if (!balanced) {
        scatter(lo, hi);
        --bad_pivots_left;
      }
      auto [pivot, trend] = choose_pivot(lo, hi);
      if (trend == Trend::Decreasing) {
        for (Index i = lo, j = hi - 1; i < j; ++i, --j) swap(i, j);
        pivot = (hi - 1) - (pivot - lo);
        trend = Trend::Increasing;
      }
      if (balanced && partitioned && trend == Trend::Increasing && nearly_sorted(lo, hi)) return;
      // Everything here is at least as great as the element before; if the pivot is its equal, there are
      // many equals, which are put aside at once.
      if (lo > 0 && !less_(d_[lo - 1], d_[pivot])) {
        lo = partition_equal(lo, hi, pivot);
        continue;
      }
      const auto [middle, was_partitioned] = partition(lo, hi, pivot);
      partitioned = was_partitioned;
      const Index left = middle - lo;
      const Index right = hi - middle;
      if (left < right) {
        balanced = left >= length / 8;
        sort(lo, middle, bad_pivots_left);
        lo = middle + 1;
      } else {
        balanced = right >= length / 8;
        sort(middle + 1, hi, bad_pivots_left);
        hi = middle;
      }
    }
  }

 private:
  void swap(Index a, Index b) { std::swap(d_[a], d_[b]); }

  void insertion(Index lo, Index hi) {
    for (Index i = lo + 1; i < hi; ++i) {
      for (Index j = i; j > lo && less_(d_[j], d_[j - 1]); --j) swap(j, j - 1);
    }
  }

  void sift_down(Index base, Index root, Index size) {
    for (Index child = 2 * root + 1; child < size; child = 2 * root + 1) {
      if (child + 1 < size && less_(d_[base + child], d_[base + child + 1])) ++child;
      if (!less_(d_[base + root], d_[base + child])) return;
      swap(base + root, base + child);
      root = child;
    }
  }

  void heap(Index lo, Index hi) {
    const Index size = hi - lo;
    for (Index root = (size - 1) / 2; root >= 0; --root) sift_down(lo, root, size);
    for (Index last = size - 1; last >= 0; --last) {
      swap(lo, lo + last);
      sift_down(lo, 0, last);
    }
  }

  // Moves three elements around the middle to places that a fixed xorshift sequence names.
  void scatter(Index lo, Index hi) {
    const Index length = hi - lo;
    if (length < 8) return;
    auto state = static_cast<std::uint64_t>(length);
    const std::uint64_t mask = (std::uint64_t{1} << std::bit_width(static_cast<std::uint64_t>(length))) - 1;
    const Index middle = lo + (length / 4) * 2;
    for (Index at = middle - 1; at <= middle + 1; ++at) {
      state ^= state << 13U;
      state ^= state >> 7U;
      state ^= state << 17U;
      auto other = static_cast<Index>(state & mask);
      if (other >= length) other -= length;
      swap(at, lo + other);
    }
  }

  Index median(Index a, Index b, Index c, int& swaps) {
    auto order = [this, &swaps](Index& x, Index& y) {
      if (!less_(d_[y], d_[x])) return;
      ++swaps;
      std::swap(x, y);
    };
    order(a, b);
    order(b, c);
    order(a, b);
    return b;
  }

  std::pair<Index, Trend> choose_pivot(Index lo, Index hi) {
    const Index quarter = (hi - lo) / 4;
    Index i = lo + quarter;
    Index j = lo + quarter * 2;
    Index k = lo + quarter * 3;
    int swaps = 0;
    if (hi - lo >= kNintherFrom) {
      i = median(i - 1, i, i + 1, swaps);
      j = median(j - 1, j, j + 1, swaps);
      k = median(k - 1, k, k + 1, swaps);
    }
    j = median(i, j, k, swaps);
    if (swaps == 0) return {j, Trend::Increasing};
    return {j, swaps == kAllSwapped ? Trend::Decreasing : Trend::Unknown};
  }

  // Mends a few neighbours that are out of order; true if that sorted everything.
  bool nearly_sorted(Index lo, Index hi) {
    Index i = lo + 1;
    for (int shifts = 0; shifts < kMaxShifts; ++shifts) {
      while (i < hi && !less_(d_[i], d_[i - 1])) ++i;
      if (i == hi) return true;
      if (hi - lo < kShiftFrom) return false;
      swap(i, i - 1);
      // Go's bound of the walk to the left is the whole slice's start, not `lo`; what stands before `lo`
      // is never greater, so both end at the same place.
      if (i - lo >= 2) {
        for (Index j = i - 1; j >= 1 && less_(d_[j], d_[j - 1]); --j) swap(j, j - 1);
      }
      if (hi - i >= 2) {
        for (Index j = i + 1; j < hi && less_(d_[j], d_[j - 1]); ++j) swap(j, j - 1);
      }
    }
    return false;
  }

  std::pair<Index, bool> partition(Index lo, Index hi, Index pivot) {
    swap(lo, pivot);
    Index i = lo + 1;
    Index j = hi - 1;
    bool swapped = false;
    for (;;) {
      while (i <= j && less_(d_[i], d_[lo])) ++i;
      while (i <= j && !less_(d_[j], d_[lo])) --j;
      if (i > j) break;
      swap(i++, j--);
      swapped = true;
    }
    swap(j, lo);
    return {j, !swapped};
  }

  Index partition_equal(Index lo, Index hi, Index pivot) {
    swap(lo, pivot);
    Index i = lo + 1;
    Index j = hi - 1;
    for (;;) {
      while (i <= j && !less_(d_[lo], d_[i])) ++i;
      while (i <= j && less_(d_[lo], d_[j])) --j;
      if (i > j) return i;
      swap(i++, j--);
    }
  }

  T* d_;
  Less less_;
};

}  // namespace go_sort_detail

/// Sorts as Go's slices.SortFunc does, with `less(a, b)` for cmp(a, b) < 0.
template <typename T, typename Less>
void go_sort(std::span<T> items, Less less) {
  const int levels = static_cast<int>(std::bit_width(items.size()));
  go_sort_detail::Sorter<T, Less>(items.data(), less).sort(0, static_cast<std::ptrdiff_t>(items.size()), levels);
}

}  // namespace tracecheck

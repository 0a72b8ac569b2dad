// Zeros that may go on to the end of a stream, counted instead of held while it is not known what follows them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tracecheck/byte_source.h"

namespace tracecheck {

/// Stands between a source and who reads it.
class ZerosAhead {
 public:
  /// As the source's `read`: first what was passed over, then what follows.
  std::size_t read(ByteSource& source, std::uint8_t* to, std::size_t size) {
    if (zeros_ > 0) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size, zeros_));
      std::fill_n(to, count, std::uint8_t{0});
      zeros_ -= count;
      return count;
    }
    if (behind_.empty()) return source.read(to, size);
    const std::size_t count = std::min(size, behind_.size());
    std::copy_n(behind_.begin(), count, to);
    behind_.erase(behind_.begin(), behind_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  /// Reads on for as long as zeros come. True: something else follows them, or the end.
  bool pass(ByteSource& source) {
    std::array<std::uint8_t, 4096> piece;
    while (behind_.empty()) {
      const std::size_t count = source.read(piece.data(), piece.size());
      if (count == 0) return !source.more_may_come();
      const auto end = piece.begin() + static_cast<std::ptrdiff_t>(count);
      const auto other = std::find_if(piece.begin(), end, [](std::uint8_t b) { return b != 0; });
      zeros_ += static_cast<std::uint64_t>(other - piece.begin());
      behind_.assign(other, end);
    }
    return true;
  }

 private:
  std::uint64_t zeros_ = 0;
  std::vector<std::uint8_t> behind_;  // a piece, read with the last of them
};

}  // namespace tracecheck

// A source over bytes that stay the caller's, for tests that read the same bytes a great many times.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tracecheck/byte_source.h"

namespace tracecheck::testing {

class ViewSource final : public ByteSource {
 public:
  /// Gives at most `most` bytes a read.
  explicit ViewSource(std::span<const std::uint8_t> bytes, std::size_t most = SIZE_MAX) : bytes_(bytes), most_(most) {}
  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = std::min({size, most_, bytes_.size() - at_});
    std::copy_n(bytes_.data() + at_, count, to);
    at_ += count;
    return count;
  }
  std::uint64_t bytes_in() const override { return at_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t most_;
  std::size_t at_ = 0;
};

}  // namespace tracecheck::testing

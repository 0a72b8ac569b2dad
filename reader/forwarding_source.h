// A byte source in front of another one, for those that watch what is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "tracecheck/byte_source.h"

namespace tracecheck {

/// Gives the bytes and the error of the source behind it as they are. Whoever derives from it overrides `read`,
/// and calls this one there.
class ForwardingSource : public ByteSource {
 public:
  explicit ForwardingSource(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = source_->read(to, size);
    if (count == 0 && source_->error()) fail(source_->error()->kind, source_->error()->message);
    return count;
  }
  Compression compression() const override { return source_->compression(); }
  std::uint64_t bytes_in() const override { return source_->bytes_in(); }

 private:
  std::unique_ptr<ByteSource> source_;
};

}  // namespace tracecheck

// A byte source in front of another one, for those that watch what is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
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
  bool more_may_come() const override { return source_->more_may_come(); }
  Compression compression() const override { return source_->compression(); }
  std::uint64_t bytes_in() const override { return source_->bytes_in(); }
  bool expired() const override { return source_->expired(); }
  std::optional<std::uint64_t> extent() const override { return source_->extent(); }
  std::optional<SourceError> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const override {
    return source_->read_at(offset, to);
  }
  void go_to(std::uint64_t offset) override { source_->go_to(offset); }

 private:
  std::unique_ptr<ByteSource> source_;
};

}  // namespace tracecheck

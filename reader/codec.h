// The unpackers behind a byte source: one step at a time, no reading of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "tracecheck/byte_source.h"

namespace tracecheck {

/// Unpacks one frame (a gzip member, a zstd frame) after another.
class Codec {
 public:
  enum class Status : std::uint8_t {
    Running,   // goes on with more input or more room
    FrameEnd,  // the frame is complete, and so is its output
    Failed,    // `failure()` says why; nothing follows
  };

  struct Step {
    Status status = Status::Running;
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };

  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  virtual ~Codec() = default;

  /// Makes what headway it can. With empty `in` it gives output that is still held back, if any. No output
  /// that was unpacked before a failure is lost: the step that fails produces nothing.
  virtual Step run(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) = 0;

  /// Prepares for another frame after FrameEnd.
  virtual void next_frame() = 0;

  /// "gzip" or "zstd", for messages.
  virtual std::string_view name() const = 0;

  const SourceError& failure() const { return failure_; }

 protected:
  Step failed(SourceError::Kind kind, std::string message) {
    failure_ = SourceError{kind, std::move(message)};
    return {Status::Failed, 0, 0};
  }

 private:
  SourceError failure_;
};

std::unique_ptr<Codec> make_gzip_codec();
std::unique_ptr<Codec> make_zstd_codec();

}  // namespace tracecheck

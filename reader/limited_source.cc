#include "reader/limited_source.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "reader/forwarding_source.h"

namespace tracecheck {
namespace {

class LimitedSource final : public ForwardingSource {
 public:
  LimitedSource(std::unique_ptr<ByteSource> source, const ReadLimits& limits)
      : ForwardingSource(std::move(source)), limits_(limits) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    if (expired()) return end(kTimeIsOver);
    const std::uint64_t most = limits_.bytes.value_or(std::numeric_limits<std::uint64_t>::max());
    if (position_ < most) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, most - position_));
      const std::size_t count = ForwardingSource::read(to, wanted);
      position_ += count;
      return count;
    }
    // A stream of just that size is within the limit.
    std::uint8_t beyond = 0;
    if (position_ == most && ForwardingSource::read(&beyond, 1) == 0) return 0;
    return end("it has more than the " + std::to_string(most) + " bytes that may be read");
  }

  bool expired() const override { return limits_.deadline && std::chrono::steady_clock::now() >= *limits_.deadline; }

  std::optional<SourceError> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const override {
    if (expired()) return SourceError{SourceError::Kind::LimitReached, kTimeIsOver};
    return ForwardingSource::read_at(offset, to);
  }

  void go_to(std::uint64_t offset) override {
    position_ = offset;
    ForwardingSource::go_to(offset);
  }

 private:
  std::size_t end(std::string message) {
    fail(SourceError::Kind::LimitReached, std::move(message));
    return 0;
  }

  ReadLimits limits_;
  std::uint64_t position_ = 0;  // in the unpacked stream
};

}  // namespace

std::unique_ptr<ByteSource> limited(std::unique_ptr<ByteSource> source, const ReadLimits& limits) {
  if (!limits.any()) return source;
  return std::make_unique<LimitedSource>(std::move(source), limits);
}

}  // namespace tracecheck

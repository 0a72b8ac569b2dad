#include "reader/decompress.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "reader/codec.h"

namespace tracecheck {
namespace {

constexpr std::size_t kBufferSize = 128 * 1024;

constexpr std::array<std::uint8_t, 2> kGzipMagic = {0x1f, 0x8b};
constexpr std::array<std::uint8_t, 4> kZstdMagic = {0x28, 0xb5, 0x2f, 0xfd};
// The low four bits of the first byte of a skippable frame are free.
constexpr std::array<std::uint8_t, 4> kSkippableMagic = {0x50, 0x2a, 0x4d, 0x18};

bool begins_like(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> magic, std::uint8_t first_mask) {
  const std::size_t size = std::min(bytes.size(), magic.size());
  if (size == 0) return true;
  if ((bytes[0] & first_mask) != magic[0]) return false;
  return std::equal(bytes.begin() + 1, bytes.begin() + static_cast<std::ptrdiff_t>(size), magic.begin() + 1);
}

std::unique_ptr<Codec> make_codec(Compression compression) {
  return compression == Compression::Gzip ? make_gzip_codec() : make_zstd_codec();
}

// Decides on the first read, not earlier: opening a pipe must not block.
class UnpackingSource final : public ByteSource {
 public:
  explicit UnpackingSource(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)), buffer_(kBufferSize) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    if (finished_ || size == 0) return 0;
    if (!decided_ && !decide()) return 0;
    const std::size_t got = codec_ ? unpack({to, size}) : pass_on(to, size);
    if (got == 0) finished_ = error() || !packed_->more_may_come();
    return got;
  }

  bool more_may_come() const override { return !finished_ && packed_->more_may_come(); }
  Compression compression() const override { return compression_; }
  std::uint64_t bytes_in() const override { return packed_->bytes_in(); }

  // Once it is known that nothing is packed.
  std::optional<std::uint64_t> extent() const override {
    return decided_ && !codec_ ? packed_->extent() : std::nullopt;
  }
  std::optional<SourceError> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const override {
    return packed_->read_at(offset, to);
  }
  void go_to(std::uint64_t offset) override {
    begin_ = end_ = 0;
    finished_ = false;
    packed_->go_to(offset);
  }

 private:
  std::span<const std::uint8_t> input() const { return {buffer_.data() + begin_, end_ - begin_}; }

  // Adds bytes behind those not yet used. False at the end of the packed bytes, or of those that are there.
  bool refill() {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    const std::size_t got = packed_->read(buffer_.data() + end_, buffer_.size() - end_);
    end_ += got;
    return got > 0;
  }

  // False: more bytes are needed to tell.
  bool decide() {
    CompressionGuess guess = guess_compression(input());
    while (!guess.certain && refill()) guess = guess_compression(input());
    decided_ = guess.certain || !packed_->more_may_come();
    // A stream that ends inside a magic number is too short to be called packed.
    if (!guess.certain) return decided_;
    compression_ = guess.compression;
    if (compression_ != Compression::None) codec_ = make_codec(compression_);
    return true;
  }

  std::size_t pass_on(std::uint8_t* to, std::size_t size) {
    if (begin_ < end_) {
      const std::size_t count = std::min(size, end_ - begin_);
      std::memcpy(to, buffer_.data() + begin_, count);
      begin_ += count;
      return count;
    }
    const std::size_t got = packed_->read(to, size);
    if (got == 0) take_over_error();
    return got;
  }

  std::size_t unpack(std::span<std::uint8_t> out) {
    for (;;) {
      if (between_frames_ && !start_next_frame()) return 0;
      const Codec::Step step = codec_->run(input(), out);
      begin_ += step.consumed;
      if (step.status == Codec::Status::FrameEnd) between_frames_ = true;
      if (step.produced > 0) return step.produced;
      if (step.status == Codec::Status::FrameEnd) continue;
      if (step.status == Codec::Status::Failed) {
        fail(codec_->failure().kind, codec_->failure().message);
        return 0;
      }
      if (begin_ == end_ && !refill()) {
        if (!take_over_error() && !packed_->more_may_come()) fail_cut();
        return 0;
      }
    }
  }

  // Behind a whole frame: another one, or zeros to the end, which gzip takes for padding. Anything else is
  // an error, lest bytes be passed over in silence; all frames before it have been given out.
  bool start_next_frame() {
    for (;;) {
      while (begin_ < end_ && buffer_[begin_] == 0) {
        ++begin_;
        padded_ = true;
      }
      const CompressionGuess guess = guess_compression(input());
      if (begin_ < end_ && guess.certain) {
        if (guess.compression == compression_ && !padded_) break;
        fail(SourceError::Kind::BadCompression, "other bytes follow the " + std::string(codec_->name()) + " data");
        return false;
      }
      if (refill()) continue;
      if (!take_over_error() && begin_ < end_ && !packed_->more_may_come()) fail_cut();
      return false;
    }
    codec_->next_frame();
    between_frames_ = false;
    return true;
  }

  void fail_cut() {
    fail(SourceError::Kind::CompressionCut, "the " + std::string(codec_->name()) + " data ends early");
  }

  bool take_over_error() {
    if (!packed_->error()) return false;
    fail(packed_->error()->kind, packed_->error()->message);
    return true;
  }

  std::unique_ptr<ByteSource> packed_;
  std::unique_ptr<Codec> codec_;
  Compression compression_ = Compression::None;
  bool decided_ = false;
  bool finished_ = false;
  bool between_frames_ = false;
  bool padded_ = false;               // zeros follow the last frame
  std::vector<std::uint8_t> buffer_;  // packed bytes; begin_ to end_ are not used yet
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace

CompressionGuess guess_compression(std::span<const std::uint8_t> bytes) {
  if (begins_like(bytes, kGzipMagic, 0xff)) {
    return {Compression::Gzip, bytes.size() >= kGzipMagic.size()};
  }
  if (begins_like(bytes, kZstdMagic, 0xff) || begins_like(bytes, kSkippableMagic, 0xf0)) {
    return {Compression::Zstd, bytes.size() >= kZstdMagic.size()};
  }
  return {Compression::None, true};
}

std::unique_ptr<ByteSource> with_decompression(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<UnpackingSource>(std::move(packed));
}

}  // namespace tracecheck

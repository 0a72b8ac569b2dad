#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <string>

#include "reader/codec.h"

namespace tracecheck {
namespace {

class ZstdCodec final : public Codec {
 public:
  ZstdCodec() : stream_(ZSTD_createDStream()) {
    if (stream_ != nullptr) wanted_ = ZSTD_initDStream(stream_);
  }
  ~ZstdCodec() override { ZSTD_freeDStream(stream_); }

  Step run(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) override {
    if (stream_ == nullptr) return failed(SourceError::Kind::Unreadable, "not enough memory to unpack zstd");
    // Never more than libzstd asks for, and nothing while output may be held back: then a call unpacks one
    // block at most, and the call that finds damage has no good output of its own, which would be lost.
    ZSTD_inBuffer from{in.data(), was_full_ ? 0 : std::min(in.size(), wanted_), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t result = ZSTD_decompressStream(stream_, &to, &from);
    if (ZSTD_isError(result) != 0) return describe(result);
    was_full_ = to.pos == to.size;
    if (result == 0) return {Status::FrameEnd, from.pos, to.pos};
    wanted_ = result;
    return {Status::Running, from.pos, to.pos};
  }

  void next_frame() override {
    wanted_ = ZSTD_initDStream(stream_);
    was_full_ = false;
  }

  std::string_view name() const override { return "zstd"; }

 private:
  Step describe(std::size_t result) {
    using Kind = SourceError::Kind;
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_checksum_wrong:
        return failed(Kind::BadCompression, "the zstd data is damaged: its checksum does not match");
      case ZSTD_error_memory_allocation: return failed(Kind::Unreadable, "not enough memory to unpack zstd");
      case ZSTD_error_frameParameter_windowTooLarge:
        return failed(Kind::Unreadable,
                      "the zstd data needs a window of over 128 MiB; unpack it with zstd -d --long=31");
      case ZSTD_error_dictionary_wrong:
        return failed(Kind::Unreadable, "the zstd data was packed with a dictionary, which is not here");
      default:
        return failed(Kind::BadCompression,
                      "the zstd data is damaged (" + std::string(ZSTD_getErrorName(result)) + ")");
    }
  }

  ZSTD_DStream* stream_ = nullptr;
  std::size_t wanted_ = 0;
  bool was_full_ = false;  // the last call filled its output
};

}  // namespace

std::unique_ptr<Codec> make_zstd_codec() { return std::make_unique<ZstdCodec>(); }

}  // namespace tracecheck

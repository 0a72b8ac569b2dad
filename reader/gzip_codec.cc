#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string>

#include "reader/codec.h"

namespace tracecheck {
namespace {

// 16 asks zlib for a gzip header and trailer around the largest window.
constexpr int kGzipWindowBits = 15 + 16;

uInt clamp_size(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

std::string describe(const char* zlib_message) {
  const std::string_view message = zlib_message != nullptr ? zlib_message : "";
  if (message == "incorrect data check") return "the gzip data is damaged: its checksum does not match";
  if (message == "incorrect length check") return "the gzip data is damaged: its length does not match";
  if (message.empty()) return "the gzip data is damaged";
  return "the gzip data is damaged (" + std::string(message) + ")";
}

class GzipCodec final : public Codec {
 public:
  GzipCodec() { ready_ = inflateInit2(&stream_, kGzipWindowBits) == Z_OK; }
  ~GzipCodec() override {
    if (ready_) inflateEnd(&stream_);
  }

  Step run(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) override {
    if (!ready_) return failed(SourceError::Kind::Unreadable, "not enough memory to unpack gzip");
    const uInt in_size = clamp_size(in.size());
    const uInt out_size = clamp_size(out.size());
    stream_.next_in = const_cast<Bytef*>(in.data());  // zlib does not write there
    stream_.avail_in = in_size;
    stream_.next_out = out.data();
    stream_.avail_out = out_size;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const Step step{Status::Running, in_size - stream_.avail_in, out_size - stream_.avail_out};
    if (result == Z_STREAM_END) return {Status::FrameEnd, step.consumed, step.produced};
    // No headway without more input.
    if (result == Z_OK || result == Z_BUF_ERROR) return step;
    // What was unpacked up to the failure is handed out first: zlib fails again on the next call.
    if (step.produced > 0) return step;
    if (result == Z_MEM_ERROR) return failed(SourceError::Kind::Unreadable, "not enough memory to unpack gzip");
    return failed(SourceError::Kind::BadCompression, describe(stream_.msg));
  }

  void next_frame() override { inflateReset(&stream_); }

  std::string_view name() const override { return "gzip"; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_gzip_codec() { return std::make_unique<GzipCodec>(); }

}  // namespace tracecheck

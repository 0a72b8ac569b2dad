#include "cmd/flush_before_reading.h"

#include <utility>

namespace tracecheck::cmd {
namespace {

class FlushingSource final : public ByteSource {
 public:
  FlushingSource(std::unique_ptr<ByteSource> source, std::function<void()> flush)
      : source_(std::move(source)), flush_(std::move(flush)) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    flush_();
    const std::size_t count = source_->read(to, size);
    if (count == 0 && source_->error()) fail(source_->error()->kind, source_->error()->message);
    return count;
  }
  Compression compression() const override { return source_->compression(); }
  std::uint64_t bytes_in() const override { return source_->bytes_in(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::function<void()> flush_;
};

}  // namespace

std::unique_ptr<ByteSource> flush_before_reading(std::unique_ptr<ByteSource> source, std::function<void()> flush) {
  return std::make_unique<FlushingSource>(std::move(source), std::move(flush));
}

}  // namespace tracecheck::cmd

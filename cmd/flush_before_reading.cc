#include "cmd/flush_before_reading.h"

#include <utility>

#include "reader/forwarding_source.h"

namespace tracecheck::cmd {
namespace {

class FlushingSource final : public ForwardingSource {
 public:
  FlushingSource(std::unique_ptr<ByteSource> source, std::function<void()> flush)
      : ForwardingSource(std::move(source)), flush_(std::move(flush)) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    flush_();
    return ForwardingSource::read(to, size);
  }

 private:
  std::function<void()> flush_;
};

}  // namespace

std::unique_ptr<ByteSource> flush_before_reading(std::unique_ptr<ByteSource> source, std::function<void()> flush) {
  return std::make_unique<FlushingSource>(std::move(source), std::move(flush));
}

}  // namespace tracecheck::cmd

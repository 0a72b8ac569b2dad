#include "cmd/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(200);

class ProgressSource final : public ByteSource {
 public:
  ProgressSource(std::unique_ptr<ByteSource> source, const std::string& name)
      : source_(std::move(source)),
        name_(name == "-" ? "standard input" : escaped(name)),
        next_(Clock::now() + kFirst) {
    struct stat info {};
    const bool known = name == "-" ? fstat(STDIN_FILENO, &info) == 0 : stat(name.c_str(), &info) == 0;
    if (known && S_ISREG(info.st_mode)) size_ = static_cast<std::uint64_t>(info.st_size);
  }
  ~ProgressSource() override {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = source_->read(to, size);
    if (count == 0 && source_->error()) fail(source_->error()->kind, source_->error()->message);
    if (const auto now = Clock::now(); now >= next_) {
      show(now);
      next_ = now + kEvery;
    }
    return count;
  }
  Compression compression() const override { return source_->compression(); }
  std::uint64_t bytes_in() const override { return source_->bytes_in(); }

 private:
  void show(Clock::time_point now) {
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double megabytes = static_cast<double>(source_->bytes_in()) / 1e6;
    if (size_ > 0) {
      const double share = 100.0 * static_cast<double>(source_->bytes_in()) / static_cast<double>(size_);
      std::fprintf(stderr, "\r\x1b[K%s: %.0f%%, %.0f MB at %.0f MB/s", name_.c_str(), share, megabytes,
                   megabytes / seconds);
    } else {
      std::fprintf(stderr, "\r\x1b[K%s: %.0f MB at %.0f MB/s", name_.c_str(), megabytes, megabytes / seconds);
    }
    std::fflush(stderr);
    shown_ = true;
  }

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::uint64_t size_ = 0;  // 0: not known
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> show_progress(std::unique_ptr<ByteSource> source, const std::string& name) {
  if (isatty(STDERR_FILENO) == 0) return source;
  return std::make_unique<ProgressSource>(std::move(source), name);
}

}  // namespace tracecheck::cmd

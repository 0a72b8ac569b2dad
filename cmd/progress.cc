#include "cmd/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "export/escape.h"
#include "reader/forwarding_source.h"

namespace tracecheck::cmd {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(200);

class ProgressSource final : public ForwardingSource {
 public:
  ProgressSource(std::unique_ptr<ByteSource> source, const std::string& name)
      : ForwardingSource(std::move(source)),
        name_(name == "-" ? "standard input" : escaped(name)),
        next_(SteadyClock::now() + kFirst) {
    struct stat info {};
    const bool known = name == "-" ? fstat(STDIN_FILENO, &info) == 0 : stat(name.c_str(), &info) == 0;
    if (known && S_ISREG(info.st_mode)) size_ = static_cast<std::uint64_t>(info.st_size);
  }
  ~ProgressSource() override {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = ForwardingSource::read(to, size);
    if (const auto now = SteadyClock::now(); now >= next_) {
      show(now);
      next_ = now + kEvery;
    }
    return count;
  }

 private:
  void show(SteadyClock::time_point now) {
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double megabytes = static_cast<double>(bytes_in()) / 1e6;
    if (size_ > 0) {
      const double share = 100.0 * static_cast<double>(bytes_in()) / static_cast<double>(size_);
      std::fprintf(stderr, "\r\x1b[K%s: %.0f%%, %.0f MB at %.0f MB/s", name_.c_str(), share, megabytes,
                   megabytes / seconds);
    } else {
      std::fprintf(stderr, "\r\x1b[K%s: %.0f MB at %.0f MB/s", name_.c_str(), megabytes, megabytes / seconds);
    }
    std::fflush(stderr);
    shown_ = true;
  }

  std::string name_;
  std::uint64_t size_ = 0;  // 0: not known
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point next_;
  bool shown_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> show_progress(std::unique_ptr<ByteSource> source, const std::string& name) {
  if (isatty(STDERR_FILENO) == 0) return source;
  return std::make_unique<ProgressSource>(std::move(source), name);
}

}  // namespace tracecheck::cmd

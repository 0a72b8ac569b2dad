#include "cmd/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "cmd/terminal.h"
#include "export/escape.h"
#include "reader/forwarding_source.h"

namespace tracecheck::cmd {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(200);

// The one line that is there for progress. Of several readers the first has it until it is done.
struct Line {
  std::mutex mutex;
  const void* reader = nullptr;  // who has it
  bool shown = false;
  bool broken_off = false;  // the terminal's line was begun by other output
};

Line& line() {
  static Line the_line;
  return the_line;
}

void wipe(Line& line) {
  if (line.shown) std::fputs("\r\x1b[K", stderr);
  line.shown = false;
}

// "2 s", "3 min", "5 h"
std::string rough_time(double seconds) {
  constexpr double kMost = 100;  // of a unit
  const char* unit = " s";
  if (seconds >= kMost) {
    seconds /= 60;
    unit = " min";
    if (seconds >= kMost) {
      seconds /= 60;
      unit = " h";
    }
  }
  return std::to_string(static_cast<std::uint64_t>(std::ceil(seconds))) + unit;
}

// "42%, 84 of 200 MB at 60 MB/s, 2 s left"; a size of 0 is not known.
std::string describe_progress(std::uint64_t read, std::uint64_t size, double seconds) {
  const double rate = static_cast<double>(read) / seconds;
  const auto megabytes = [](double bytes) { return std::to_string(static_cast<std::uint64_t>(bytes / 1e6 + 0.5)); };
  const auto done = static_cast<double>(read);
  const auto all = static_cast<double>(size);
  if (size == 0) return megabytes(done) + " MB at " + megabytes(rate) + " MB/s";
  std::string text = std::to_string(static_cast<int>(100 * done / all + 0.5)) + "%, " + megabytes(done) + " of " +
                     megabytes(all) + " MB at " + megabytes(rate) + " MB/s";
  if (read > 0 && read < size) text += ", " + rough_time((all - done) / rate) + " left";
  return text;
}

// No longer than the terminal is wide, or it could not be wiped away: the end of the name tells more than its begin.
std::string fitting(const std::string& name, const std::string& text, std::size_t width) {
  constexpr std::string_view kCut = "...";
  const std::string rest = ": " + text;
  if (name.size() + rest.size() < width) return name + rest;
  if (rest.size() + kCut.size() >= width) return text.substr(0, width - 1);
  const std::size_t room = width - 1 - rest.size() - kCut.size();
  return std::string(kCut) + name.substr(name.size() - std::min(room, name.size())) + rest;
}

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
    const std::lock_guard lock(line().mutex);
    if (line().reader != this) return;
    wipe(line());
    line().reader = nullptr;
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
    const std::lock_guard lock(line().mutex);
    if (line().reader == nullptr) line().reader = this;
    if (line().reader != this || line().broken_off) return;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    constexpr std::size_t kUsualWidth = 80;
    const std::string text = fitting(name_, describe_progress(bytes_in(), size_, seconds),
                                     terminal_width(STDERR_FILENO).value_or(kUsualWidth));
    std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
    std::fflush(stderr);
    line().shown = true;
  }

  std::string name_;
  std::uint64_t size_ = 0;  // 0: not known
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point next_;
};

}  // namespace

ProgressPause::ProgressPause(std::string_view text) : lock_(line().mutex) {
  wipe(line());
  if (!text.empty()) line().broken_off = text.back() != '\n';
}

std::unique_ptr<ByteSource> show_progress(std::unique_ptr<ByteSource> source, const std::string& name) {
  if (isatty(STDERR_FILENO) == 0) return source;
  return std::make_unique<ProgressSource>(std::move(source), name);
}

}  // namespace tracecheck::cmd

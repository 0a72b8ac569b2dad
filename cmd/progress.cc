#include "cmd/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include "cmd/file_list.h"
#include "cmd/terminal.h"
#include "export/escape.h"
#include "reader/forwarding_source.h"

namespace tracecheck::cmd {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(200);

// Many files that share a line.
struct Files {
  std::size_t count = 0;
  std::uint64_t bytes = 0;
  std::size_t done = 0;
  std::uint64_t read = 0;
  SteadyClock::time_point start = SteadyClock::now();
  SteadyClock::time_point next = start + kFirst;
};

// The one line that is there for progress. Of several readers the first has it until it is done.
struct Line {
  std::mutex mutex;
  std::optional<Files> files;
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

void print(Line& line, const std::string& name, const std::string& text) {
  constexpr std::size_t kUsualWidth = 80;
  const std::string all = fitting(name, text, terminal_width(STDERR_FILENO).value_or(kUsualWidth));
  std::fprintf(stderr, "\r\x1b[K%s", all.c_str());
  std::fflush(stderr);
  line.shown = true;
}

// Of many files, if it is time to. The line is locked.
void show_files(Line& line) {
  Files& files = *line.files;
  const auto now = SteadyClock::now();
  if (now < files.next || line.broken_off) return;
  files.next = now + kEvery;
  const double seconds = std::chrono::duration<double>(now - files.start).count();
  std::string text = std::to_string(files.done) + " of " + std::to_string(files.count) + " files";
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(files.done) / seconds + 0.5);
  if (rate > 0) text += " at " + std::to_string(rate) + "/s";
  print(line, text, describe_progress(std::min(files.read, files.bytes), files.bytes, seconds));
}

// Whether there are many files, to whose progress this is added.
bool add_to_files(Line& line, std::uint64_t bytes) {
  const std::lock_guard lock(line.mutex);
  if (!line.files) return false;
  line.files->read += bytes;
  show_files(line);
  return true;
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
    // Who has enough of a file is done with all of it.
    if (add_to_files(line(), size_ - std::min(size_, told_))) return;
    const std::lock_guard lock(line().mutex);
    if (line().reader != this) return;
    wipe(line());
    line().reader = nullptr;
  }

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = ForwardingSource::read(to, size);
    if (const auto now = SteadyClock::now(); now >= next_) {
      const std::uint64_t more = bytes_in() - told_;
      told_ += more;
      if (!add_to_files(line(), more)) show(now);
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
    print(line(), name_, describe_progress(bytes_in(), size_, seconds));
  }

  std::string name_;
  std::uint64_t size_ = 0;  // 0: not known
  std::uint64_t told_ = 0;  // of what was read, to the progress of many files
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point next_;
};

}  // namespace

FilesProgress::FilesProgress(const FileList& files, unsigned readings) {
  if (files.size() < 2 || isatty(STDERR_FILENO) == 0) return;
  const std::uint64_t bytes = files.bytes() * readings;
  const std::lock_guard lock(line().mutex);
  line().files.emplace();
  line().files->count = files.size();
  line().files->bytes = bytes;
}

FilesProgress::~FilesProgress() {
  const std::lock_guard lock(line().mutex);
  if (!line().files) return;
  line().files.reset();
  wipe(line());
}

void FilesProgress::file_done() {
  const std::lock_guard lock(line().mutex);
  if (!line().files) return;
  ++line().files->done;
  show_files(line());
}

ProgressPause::ProgressPause(std::string_view text) : lock_(line().mutex) {
  wipe(line());
  if (!text.empty()) line().broken_off = text.back() != '\n';
}

std::unique_ptr<ByteSource> show_progress(std::unique_ptr<ByteSource> source, const std::string& name) {
  if (isatty(STDERR_FILENO) == 0) return source;
  return std::make_unique<ProgressSource>(std::move(source), name);
}

}  // namespace tracecheck::cmd

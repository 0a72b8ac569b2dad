#include "cmd/repeatable_input.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/temporary_file.h"
#include "export/escape.h"
#include "reader/forwarding_source.h"

namespace tracecheck::cmd {
namespace {

// Takes down how much is read, and whether a limit ends it.
class WatchedSource final : public ForwardingSource {
 public:
  WatchedSource(std::unique_ptr<ByteSource> source, RepeatableInput::FirstReading& reading)
      : ForwardingSource(std::move(source)), reading_(reading) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = ForwardingSource::read(to, size);
    position_ += count;
    reading_.bytes = std::max(reading_.bytes, position_);
    if (count == 0 && error() && error()->kind == SourceError::Kind::LimitReached) reading_.limited = true;
    return count;
  }
  void go_to(std::uint64_t offset) override {
    ForwardingSource::go_to(offset);
    position_ = offset;
  }

 private:
  RepeatableInput::FirstReading& reading_;
  std::uint64_t position_ = 0;
};

// Copies what is read to a file.
class KeepingSource final : public ForwardingSource {
 public:
  /// Without a file, `code` tells why there is none.
  KeepingSource(std::unique_ptr<ByteSource> source, int file, int code)
      : ForwardingSource(std::move(source)), file_(file), code_(code) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = ForwardingSource::read(to, size);
    if (keep(to, count)) return count;
    fail(SourceError::Kind::Unreadable, "a temporary copy of it cannot be written in " + escaped(temporary_folder()) +
                                            ": " + std::strerror(code_) + "; TMPDIR can name another folder");
    return 0;
  }

 private:
  bool keep(const std::uint8_t* bytes, std::size_t size) {
    while (size > 0 && code_ == 0) {
      const ssize_t count = ::write(file_, bytes, size);
      if (count >= 0) {
        bytes += count;
        size -= static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        code_ = errno;
      }
    }
    return code_ == 0;
  }

  int file_;
  int code_;
};

}  // namespace

bool can_be_opened_again(const std::string& name) { return name != "-" && !is_no_regular_file(name); }

RepeatableInput::RepeatableInput(std::string name) : RepeatableInput(name, [name] { return open_input(name); }) {}

RepeatableInput::RepeatableInput(std::string name, std::function<std::unique_ptr<ByteSource>()> open)
    : name_(std::move(name)), open_(std::move(open)) {
  if (can_be_opened_again(name_)) return;
  kept_ = open_temporary_file();
  if (kept_ < 0) code_ = errno;
}

RepeatableInput::~RepeatableInput() {
  if (kept_ >= 0) close(kept_);
}

std::unique_ptr<ByteSource> RepeatableInput::open() {
  const bool first = !std::exchange(again_, true);
  if (first) {
    first_.begin = std::chrono::steady_clock::now();
    auto source = std::make_unique<WatchedSource>(open_(), first_);
    if (can_be_opened_again(name_)) return source;
    return std::make_unique<KeepingSource>(std::move(source), kept_, code_);
  }
  return can_be_opened_again(name_) ? open_() : open_within(read_limits());
}

std::unique_ptr<ByteSource> RepeatableInput::open_again() {
  constexpr std::chrono::seconds kLeastTime(1);  // for what is read so fast that chance decides how long it takes
  const auto now = std::chrono::steady_clock::now();
  if (!first_.took) first_.took = now - first_.begin;
  ReadLimits limits;
  if (first_.limited) limits.bytes = first_.bytes;
  if (const auto deadline = read_limits().deadline) {
    limits.deadline = std::max(*deadline, now + 2 * *first_.took + kLeastTime);
  }
  return open_within(limits);
}

std::unique_ptr<ByteSource> RepeatableInput::open_within(const ReadLimits& limits) const {
  if (can_be_opened_again(name_)) return show_progress(open_file(name_, limits), name_);
  lseek(kept_, 0, SEEK_SET);
  return open_descriptor(kept_, limits);
}

}  // namespace tracecheck::cmd

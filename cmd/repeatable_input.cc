#include "cmd/repeatable_input.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cmd/limits.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/temporary_file.h"
#include "reader/forwarding_source.h"

namespace tracecheck::cmd {
namespace {

bool can_be_opened_again(const std::string& name) { return name != "-" && !is_no_regular_file(name); }

// Copies what is read to a file.
class KeepingSource final : public ForwardingSource {
 public:
  /// Without a file, `code` tells why there is none.
  KeepingSource(std::unique_ptr<ByteSource> source, int file, int code)
      : ForwardingSource(std::move(source)), file_(file), code_(code) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = ForwardingSource::read(to, size);
    if (keep(to, count)) return count;
    fail(SourceError::Kind::Unreadable,
         std::string("a temporary copy of it cannot be written: ") + std::strerror(code_));
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
  if (can_be_opened_again(name_)) return open_();
  if (first) return std::make_unique<KeepingSource>(open_(), kept_, code_);
  lseek(kept_, 0, SEEK_SET);
  return open_descriptor(kept_, read_limits());
}

}  // namespace tracecheck::cmd

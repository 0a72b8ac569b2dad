#include "tracecheck/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

#include "reader/limited_source.h"

namespace tracecheck {
namespace {

std::string system_message(int error) { return std::generic_category().message(error); }

std::string open_message(int error) {
  switch (error) {
    case ENOENT: return "no such file";
    case ENOTDIR: return "no such file: a part of its path is not a directory";
    case EACCES: return "permission denied";
    case EISDIR: return "is a directory";
    case ENXIO: return "is a socket, or a device that is not there";
    default: return "cannot be opened: " + system_message(error);
  }
}

std::string read_message(int error) {
  return error == EISDIR ? "is a directory" : "read failed: " + system_message(error);
}

// A pipe holds 64 KiB, and who writes it and who reads it then wait for each other sixteen times as often as where it
// holds what the system gives anybody. Where it gives no more, and for what is no pipe, all stays as it is.
void widen_pipe(int descriptor) {
  constexpr int kPipeSize = 1024 * 1024;
  const int size = ::fcntl(descriptor, F_GETPIPE_SZ);
  if (size > 0 && size < kPipeSize) ::fcntl(descriptor, F_SETPIPE_SZ, kPipeSize);
}

// Whatever a descriptor stands for, read as it comes.
class DescriptorSource : public ByteSource {
 public:
  explicit DescriptorSource(int descriptor, ReadLimits limits = {}) : descriptor_(descriptor), limits_(limits) {
    widen_pipe(descriptor);
  }

  std::size_t read(std::uint8_t* to, std::size_t size) final {
    if (finished_) return 0;
    for (;;) {
      if (limits_.deadline && !wait_until(*limits_.deadline)) {
        finished_ = true;
        return 0;
      }
      const ssize_t got = ::read(descriptor_, to, size);
      if (got > 0) {
        position_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (got < 0 && retry(errno)) continue;
      // The end stays the end: a terminal would wait for another line.
      finished_ = true;
      return 0;
    }
  }

  std::uint64_t bytes_in() const final { return position_; }

 protected:
  int descriptor() const { return descriptor_; }
  void stand_at(std::uint64_t position) {
    position_ = position;
    finished_ = false;
  }

 private:
  // Whether there is something to read, the end and a failure among it. Regular files always have.
  bool wait_until(std::chrono::steady_clock::time_point deadline) {
    using Milliseconds = std::chrono::milliseconds;
    for (;;) {
      const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      const auto most = static_cast<std::int64_t>(std::numeric_limits<int>::max());
      pollfd waiting{descriptor_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, most)));
      if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
      if (ready == 0 && left <= most) {
        fail(SourceError::Kind::LimitReached, kTimeIsOver);
        return false;
      }
    }
  }

  bool retry(int error) {
    if (error == EINTR) return true;
    if (error == EAGAIN || error == EWOULDBLOCK) {
      // Another program may have left a shared pipe in non-blocking mode.
      pollfd waiting{descriptor_, POLLIN, 0};
      if (::poll(&waiting, 1, -1) >= 0 || errno == EINTR) return true;
      error = errno;
    }
    fail(SourceError::Kind::Unreadable, read_message(error));
    return false;
  }

  int descriptor_;
  ReadLimits limits_;
  std::uint64_t position_ = 0;  // from where it was first read
  bool finished_ = false;
};

// A descriptor of our own. A regular file can be read in any order.
class OpenedSource final : public DescriptorSource {
 public:
  OpenedSource(int descriptor, const ReadLimits& limits, std::optional<std::uint64_t> extent)
      : DescriptorSource(descriptor, limits), extent_(extent) {}
  ~OpenedSource() override { ::close(descriptor()); }

  std::optional<std::uint64_t> extent() const override { return extent_; }

  std::optional<SourceError> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const override {
    while (!to.empty()) {
      const ssize_t got = ::pread(descriptor(), to.data(), to.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SourceError{SourceError::Kind::Unreadable, read_message(errno)};
      if (got == 0) return SourceError{SourceError::Kind::Unreadable, "was made shorter while it was read"};
      offset += static_cast<std::uint64_t>(got);
      to = to.subspan(static_cast<std::size_t>(got));
    }
    return std::nullopt;
  }

  void go_to(std::uint64_t offset) override {
    ::lseek(descriptor(), static_cast<off_t>(offset), SEEK_SET);
    stand_at(offset);
  }

 private:
  std::optional<std::uint64_t> extent_;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    const std::size_t count = std::min(size, bytes_.size() - at_);
    if (count > 0) std::memcpy(to, bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

  std::uint64_t bytes_in() const override { return at_; }

  std::optional<std::uint64_t> extent() const override { return bytes_.size(); }
  std::optional<SourceError> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const override {
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), to.size(), to.begin());
    return std::nullopt;
  }
  void go_to(std::uint64_t offset) override { at_ = static_cast<std::size_t>(offset); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

class FailedSource final : public ByteSource {
 public:
  explicit FailedSource(std::string message) { fail(SourceError::Kind::Unreadable, std::move(message)); }
  std::size_t read(std::uint8_t* /*to*/, std::size_t /*size*/) override { return 0; }
  std::uint64_t bytes_in() const override { return 0; }
};

}  // namespace

std::optional<SourceError> ByteSource::read_at(std::uint64_t /*offset*/, std::span<std::uint8_t> /*to*/) const {
  return SourceError{SourceError::Kind::Unreadable, "cannot be read out of turn"};
}

void ByteSource::go_to(std::uint64_t /*offset*/) {}

std::unique_ptr<ByteSource> open_file(const std::string& path, const ReadLimits& limits) {
  // The system would look at the part before the NUL: another file.
  if (path.find('\0') != std::string::npos) return std::make_unique<FailedSource>(open_message(ENOENT));
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return std::make_unique<FailedSource>(open_message(errno));

  struct stat about {};
  const bool known = ::fstat(descriptor, &about) == 0;
  std::optional<std::uint64_t> extent;
  if (known && S_ISREG(about.st_mode)) {
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    extent = static_cast<std::uint64_t>(about.st_size);
  }
  auto source = std::make_unique<OpenedSource>(descriptor, limits, extent);
  if (known && S_ISDIR(about.st_mode)) return std::make_unique<FailedSource>(open_message(EISDIR));
  return limited(with_decompression(std::move(source)), limits);
}

std::unique_ptr<ByteSource> open_descriptor(int descriptor, const ReadLimits& limits) {
  return limited(with_decompression(std::make_unique<DescriptorSource>(descriptor, limits)), limits);
}

std::unique_ptr<ByteSource> open_bytes(std::vector<std::uint8_t> bytes) {
  return with_decompression(std::make_unique<MemorySource>(std::move(bytes)));
}

}  // namespace tracecheck

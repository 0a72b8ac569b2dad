#include "tracecheck/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

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

class DescriptorSource final : public ByteSource {
 public:
  enum class Ownership : std::uint8_t { Borrowed, Owned };

  DescriptorSource(int descriptor, Ownership ownership) : descriptor_(descriptor), ownership_(ownership) {}
  ~DescriptorSource() override {
    if (ownership_ == Ownership::Owned) ::close(descriptor_);
  }

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    if (finished_) return 0;
    for (;;) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got > 0) {
        bytes_in_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (got < 0 && retry(errno)) continue;
      // The end stays the end: a terminal would wait for another line.
      finished_ = true;
      return 0;
    }
  }

  std::uint64_t bytes_in() const override { return bytes_in_; }

 private:
  bool retry(int error) {
    if (error == EINTR) return true;
    if (error == EAGAIN || error == EWOULDBLOCK) {
      // Another program may have left a shared pipe in non-blocking mode.
      pollfd waiting{descriptor_, POLLIN, 0};
      if (::poll(&waiting, 1, -1) >= 0 || errno == EINTR) return true;
      error = errno;
    }
    fail(SourceError::Kind::Unreadable, error == EISDIR ? "is a directory" : "read failed: " + system_message(error));
    return false;
  }

  int descriptor_;
  Ownership ownership_;
  std::uint64_t bytes_in_ = 0;
  bool finished_ = false;
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

std::unique_ptr<ByteSource> open_file(const std::string& path) {
  // The system would look at the part before the NUL: another file.
  if (path.find('\0') != std::string::npos) return std::make_unique<FailedSource>(open_message(ENOENT));
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return std::make_unique<FailedSource>(open_message(errno));

  auto source = std::make_unique<DescriptorSource>(descriptor, DescriptorSource::Ownership::Owned);
  struct stat about {};
  if (::fstat(descriptor, &about) == 0) {
    if (S_ISDIR(about.st_mode)) return std::make_unique<FailedSource>(open_message(EISDIR));
    if (S_ISREG(about.st_mode)) ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return with_decompression(std::move(source));
}

std::unique_ptr<ByteSource> open_descriptor(int descriptor) {
  return with_decompression(std::make_unique<DescriptorSource>(descriptor, DescriptorSource::Ownership::Borrowed));
}

std::unique_ptr<ByteSource> open_bytes(std::vector<std::uint8_t> bytes) {
  return with_decompression(std::make_unique<MemorySource>(std::move(bytes)));
}

}  // namespace tracecheck

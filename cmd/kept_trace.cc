#include "cmd/kept_trace.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "cmd/output.h"
#include "cmd/temporary_file.h"
#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

// 0, or what errno tells.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

KeptTrace::KeptTrace(const std::string& path) {
  if (path.empty()) {
    open_temporary();
    return;
  }
  name_ = path == "-" ? "standard output" : escaped(path);
  const std::optional<int> number = path == "-" ? STDOUT_FILENO : open_file_number(path);
  if (number || is_no_regular_file(path)) {
    copy_to_ = number ? fcntl(*number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (copy_to_ < 0) {
      fail(name_, errno);
    } else {
      open_temporary();
    }
    return;
  }
  open_file(path);
}

KeptTrace::~KeptTrace() {
  for (const int descriptor : {kept_, copy_to_}) {
    if (descriptor >= 0) close(descriptor);
  }
}

void KeptTrace::open_temporary() {
  kept_name_ = "a temporary file in " + escaped(temporary_folder());
  kept_ = open_temporary_file();
  if (kept_ < 0) fail(kept_name_, errno);
}

void KeptTrace::open_file(const std::string& path) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC;
  kept_name_ = name_;
  const std::string target = behind_links(path);  // O_EXCL follows none
  kept_ = ::open(target.c_str(), kFlags | O_EXCL, 0666);
  if (kept_ >= 0) {
    new_file_ = target;
  } else if (errno == EEXIST) {
    kept_ = ::open(path.c_str(), kFlags, 0666);
  }
  if (kept_ < 0) fail(kept_name_, errno);
}

void KeptTrace::undo() {
  if (!new_file_.empty()) unlink(new_file_.c_str());
}

void KeptTrace::start() {
  if (!std::exchange(started_, true) && ftruncate(kept_, 0) != 0) fail(kept_name_, errno);
}

void KeptTrace::fail(const std::string& name, int code) {
  if (error_.empty()) error_ = name + " cannot be written: " + std::strerror(code);
}

void KeptTrace::write(std::string_view bytes) {
  start();
  if (!error_.empty()) return;
  if (const int problem = write_all(kept_, bytes); problem != 0) fail(kept_name_, problem);
}

bool KeptTrace::is_file(const std::string& path) const {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) return false;
  for (const int descriptor : {kept_, copy_to_}) {
    struct stat written {};
    if (descriptor < 0 || fstat(descriptor, &written) != 0) continue;
    if (written.st_dev == file.st_dev && written.st_ino == file.st_ino) return true;
  }
  return false;
}

bool KeptTrace::write_file(const std::string& path) {
  if (is_no_regular_file(path)) return false;
  const int from = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (from < 0) return false;
  std::array<char, 64 * 1024> bytes;
  ssize_t count = 0;
  int copy_problem = 0;
  while (error_.empty() && (count = read(from, bytes.data(), bytes.size())) > 0) {
    const std::string_view piece(bytes.data(), static_cast<std::size_t>(count));
    write(piece);
    if (copy_to_ >= 0 && copy_problem == 0) copy_problem = write_all(copy_to_, piece);
  }
  close(from);
  copy_failed(copy_problem);
  return count == 0;
}

void KeptTrace::copy_failed(int code) {
  if (code != 0 && code != EPIPE) fail(name_, code);
}

std::unique_ptr<ByteSource> KeptTrace::open() const {
  lseek(kept_, 0, SEEK_SET);
  return open_descriptor(kept_);
}

}  // namespace tracecheck::cmd

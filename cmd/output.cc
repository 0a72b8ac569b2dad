#include "cmd/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

constexpr std::size_t kBufferSize = 256 * 1024;

// The temporary file of the one Output that may exist, for the signal handler.
char pending_file[PATH_MAX] = "";

void remove_pending_and_die(int signal_number) {
  if (pending_file[0] != '\0') unlink(pending_file);
  std::signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void guard(const std::string& path) {
  if (path.size() >= sizeof pending_file) return;
  std::memcpy(pending_file, path.c_str(), path.size() + 1);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, remove_pending_and_die);
}

// Where a link leads, be there a file yet or not.
std::string follow_links(const std::string& path) {
  constexpr int kMaxLinks = 40;  // as the system has it
  std::filesystem::path real = path;
  for (int i = 0; i < kMaxLinks; ++i) {
    std::error_code no_link;
    const std::filesystem::path next = std::filesystem::read_symlink(real, no_link);
    if (no_link) break;
    real = real.parent_path() / next;
  }
  return real.string();
}

bool written_directly(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
}

mode_t mode_for(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0) return info.st_mode & 07777U;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666U & ~mask;
}

}  // namespace

bool is_same_file(const std::string& output, const std::string& input) {
  struct stat out {};
  struct stat in {};
  if (output == "-" || stat(output.c_str(), &out) != 0 || !S_ISREG(out.st_mode)) return false;
  const int found = input == "-" ? fstat(STDIN_FILENO, &in) : stat(input.c_str(), &in);
  return found == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

Output::Output(const std::string& path) {
  if (path == "-") return;
  target_ = path;
  name_ = escaped(path);
  if (written_directly(path)) {
    descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail("cannot be written", errno);
    return;
  }
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 && errno != ENOENT) {
    fail("cannot be written", errno);  // links in a circle, a file taken for a folder
    return;
  }
  target_ = follow_links(path);
  std::string name = target_ + ".XXXXXX";
  descriptor_ = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor_ < 0) {
    fail("cannot be written", errno);
    return;
  }
  temporary_ = name;
  guard(temporary_);
  if (fchmod(descriptor_, mode_for(target_)) != 0) fail("cannot be given its permissions", errno);
}

Output::~Output() {
  if (!temporary_.empty()) {
    unlink(temporary_.c_str());
    pending_file[0] = '\0';
  }
  if (!target_.empty() && descriptor_ >= 0) close(descriptor_);
}

bool Output::write(std::string_view text) {
  if (!error_.empty()) return false;
  buffer_ += text;
  return buffer_.size() < kBufferSize || flush();
}

bool Output::flush() {
  if (!error_.empty()) return false;
  const bool written = write_all(buffer_);
  buffer_.clear();
  return written;
}

bool Output::write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return fail("cannot be written", errno);
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool Output::commit() {
  if (!flush()) return false;
  if (temporary_.empty()) return true;
  if (rename(temporary_.c_str(), target_.c_str()) != 0) return fail("cannot be put in place", errno);
  temporary_.clear();
  pending_file[0] = '\0';
  return true;
}

bool Output::fail(const std::string& what, int code) {
  if (code == EPIPE) {
    // Whoever read this has had enough: end as a program does that does not look.
    std::signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  error_ = name_ + " " + what + ": " + std::strerror(code);
  return false;
}

bool Output::is_terminal() const { return descriptor_ >= 0 && isatty(descriptor_) == 1; }

}  // namespace tracecheck::cmd

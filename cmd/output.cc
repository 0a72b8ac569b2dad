#include "cmd/output.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "cmd/progress.h"
#include "export/escape.h"

namespace tracecheck::cmd {
namespace {

constexpr std::size_t kBufferSize = 256 * 1024;

// The temporary file of the one Output that may exist, for the signal handler.
char pending_file[PATH_MAX] = "";

// What ends a program that does nothing about it.
constexpr std::array kEndings = {SIGHUP,  SIGINT,  SIGQUIT, SIGABRT, SIGPIPE,  SIGALRM,
                                 SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM};

void remove_pending_and_die(int signal_number) {
  if (pending_file[0] != '\0') unlink(pending_file);
  std::signal(signal_number, SIG_DFL);
  raise(signal_number);
}

// Signals that the parent chose to have ignored, as nohup does, stay so.
void guard(const std::string& path) {
  if (path.size() >= sizeof pending_file) return;
  std::memcpy(pending_file, path.c_str(), path.size() + 1);
  for (const int number : kEndings) {
    if (std::signal(number, remove_pending_and_die) == SIG_IGN) std::signal(number, SIG_IGN);
  }
}

// Holds those signals back: a temporary file would be left behind that has come into being and is not guarded yet.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t endings;
    sigemptyset(&endings);
    for (const int number : kEndings) sigaddset(&endings, number);
    pthread_sigmask(SIG_BLOCK, &endings, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// A name and the names that it leads to by links, be there a file at the end yet or not.
std::vector<std::filesystem::path> follow_links(const std::string& path) {
  constexpr int kMaxLinks = 40;  // as the system has it
  std::vector<std::filesystem::path> names = {path};
  for (int i = 0; i < kMaxLinks; ++i) {
    std::error_code no_link;
    const std::filesystem::path next = std::filesystem::read_symlink(names.back(), no_link);
    if (no_link) break;
    names.push_back(names.back().parent_path() / next);
  }
  return names;
}

// Of the file of that name, or for "-" of what `descriptor` leads to.
std::optional<struct stat> state_of(const std::string& path, int descriptor) {
  struct stat info {};
  const int found = path == "-" ? fstat(descriptor, &info) : stat(path.c_str(), &info);
  return found == 0 ? std::optional(info) : std::nullopt;
}

// A regular file can be spoilt by what else is written to it.
bool are_one_file(const std::optional<struct stat>& a, const std::optional<struct stat>& b) {
  return a && b && S_ISREG(a->st_mode) && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

mode_t mode_for(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0) return info.st_mode & 07777U;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666U & ~mask;
}

}  // namespace

std::optional<int> open_file_number(const std::string& path) {
  for (const std::filesystem::path& name : follow_links(path)) {
    const std::string last = name.filename().string();
    int number = 0;
    const auto [end, problem] = std::from_chars(last.data(), last.data() + last.size(), number);
    if (problem != std::errc() || end != last.data() + last.size() || number < 0) continue;
    for (const char* own : {"/proc/self/fd", "/proc/thread-self/fd"}) {
      std::error_code missing;
      const std::filesystem::path folder = std::filesystem::canonical(own, missing);
      if (!missing && std::filesystem::canonical(name.parent_path(), missing) == folder && !missing) return number;
    }
  }
  return std::nullopt;
}

std::string behind_links(const std::string& path) { return follow_links(path).back().string(); }

bool is_no_regular_file(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
}

bool is_standard_output(const std::string& path) { return path == "-" || open_file_number(path) == STDOUT_FILENO; }

bool is_same_file(const std::string& output, const std::string& input) {
  return are_one_file(state_of(output, STDOUT_FILENO), state_of(input, STDIN_FILENO));
}

bool goes_to_file(int descriptor, const std::string& path) {
  return are_one_file(state_of("-", descriptor), state_of(path, STDOUT_FILENO));
}

Output::Output(const std::string& path) {
  if (path == "-") return;
  target_ = path;
  name_ = escaped(path);
  if (const std::optional<int> number = open_file_number(path)) {
    descriptor_ = fcntl(*number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (descriptor_ < 0) fail("cannot be written", errno);
    return;
  }
  if (is_no_regular_file(path)) {
    descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail("cannot be written", errno);
    return;
  }
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 && errno != ENOENT) {
    fail("cannot be written", errno);  // links in a circle, a file taken for a folder
    return;
  }
  target_ = behind_links(path);
  // Not the target's name with more behind it: that may be as long as a name may be.
  std::string name = (std::filesystem::path(target_).parent_path() / "tracecheck.XXXXXX").string();
  const SignalsHeld held;
  descriptor_ = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor_ < 0) {
    fail("cannot be written", errno);
    return;
  }
  temporary_ = name;
  guard(temporary_);
}

Output::Output(const std::string& path, Behind /*behind*/) : name_(escaped(path)), target_(path) {
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0 || lseek(descriptor_, 0, SEEK_END) < 0) {
    fail("cannot be written", errno);
  } else if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    fail("cannot be written, as another program may be writing it", errno);
  }
}

bool Output::keep_only(std::uint64_t bytes) {
  if (!error_.empty()) return false;
  if (ftruncate(descriptor_, static_cast<off_t>(bytes)) == 0 && lseek(descriptor_, 0, SEEK_END) >= 0) return true;
  return fail("cannot be written", errno);
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
  // What is large is not worth a copy.
  if (text.size() >= kBufferSize / 8) return flush() && write_all(text);
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
  if (text.empty()) return true;
  std::optional<ProgressPause> pause;
  if (is_terminal()) pause.emplace(text);
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

std::unique_ptr<ByteSource> Output::read_back() {
  if (!flush() || temporary_.empty()) return nullptr;
  if (lseek(descriptor_, 0, SEEK_SET) < 0) {
    fail("cannot be read back", errno);
    return nullptr;
  }
  return open_descriptor(descriptor_);
}

bool Output::commit() {
  if (!flush()) return false;
  if (temporary_.empty()) return true;
  if (fchmod(descriptor_, mode_for(target_)) != 0) return fail("cannot be given its permissions", errno);
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

// A hostile system, to be loaded before the C library: reads that are short or interrupted, that fail after some bytes, a
// file that shrinks, a disk that is full after some bytes. What goes wrong is told by the environment:
//   FAULT_SHORT=N       no read gives more than N bytes
//   FAULT_EINTR=1       every other read or write is interrupted before it does anything
//   FAULT_EIO=N         reads fail once N bytes were read
//   FAULT_TRUNCATE=N    FAULT_FILE is cut to FAULT_TO bytes once N bytes were read
//   FAULT_ENOSPC=N      writes to anything but standard error fail once N bytes were written
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace {

long long setting(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? -1 : std::atoll(text);
}

std::atomic<long long> bytes_read{0};
std::atomic<long long> bytes_written{0};
std::atomic<long long> calls{0};

bool interrupted() {
  if (setting("FAULT_EINTR") <= 0 || ++calls % 2 == 0) return false;
  errno = EINTR;
  return true;
}

// How many of `size` bytes may be read; -1 for a failure.
ssize_t may_read(std::size_t size) {
  if (interrupted()) return -1;
  const long long fails = setting("FAULT_EIO");
  if (fails >= 0 && bytes_read >= fails) {
    errno = EIO;
    return -1;
  }
  const long long cut = setting("FAULT_TRUNCATE");
  if (cut >= 0 && bytes_read >= cut && ::truncate(std::getenv("FAULT_FILE"), setting("FAULT_TO")) != 0) std::abort();
  const long long most = setting("FAULT_SHORT");
  return most >= 0 && static_cast<long long>(size) > most ? most : static_cast<ssize_t>(size);
}

ssize_t counted(ssize_t got) {
  if (got > 0) bytes_read += got;
  return got;
}

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t read(int descriptor, void* to, std::size_t size) {
  const ssize_t may = may_read(size);
  return may < 0 ? -1 : counted(real<ssize_t(int, void*, std::size_t)>("read")(descriptor, to, may));
}

ssize_t pread(int descriptor, void* to, std::size_t size, off_t at) {
  const ssize_t may = may_read(size);
  return may < 0 ? -1 : counted(real<ssize_t(int, void*, std::size_t, off_t)>("pread")(descriptor, to, may, at));
}

ssize_t pread64(int descriptor, void* to, std::size_t size, off64_t at) { return pread(descriptor, to, size, at); }

ssize_t write(int descriptor, const void* from, std::size_t size) {
  if (interrupted()) return -1;
  const long long full = setting("FAULT_ENOSPC");
  const bool limited = full >= 0 && descriptor != STDERR_FILENO;
  if (limited && bytes_written >= full) {
    errno = ENOSPC;
    return -1;
  }
  if (limited && bytes_written + static_cast<long long>(size) > full) size = full - bytes_written;
  const ssize_t done = real<ssize_t(int, const void*, std::size_t)>("write")(descriptor, from, size);
  if (done > 0 && limited) bytes_written += done;
  return done;
}
}

#include "crash/conduit.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace tracecheck {
namespace {

constexpr std::size_t kReadSize = 64 * 1024;

void close_and_forget(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

}  // namespace

Conduit::~Conduit() {
  close_and_forget(from_);
  close_and_forget(child_end_);
}

int Conduit::open() {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  from_ = ends[0];
  child_end_ = ends[1];
  return 0;
}

void Conduit::close_child_end() { close_and_forget(child_end_); }

pollfd Conduit::wait_for() const {
  if (passed_ < pending_.size()) return {pass_to_, POLLOUT, 0};
  return {from_, POLLIN, 0};
}

void Conduit::go_on() {
  if (passed_ < pending_.size()) {
    pass_some();
  } else if (is_open()) {
    read_some(kReadSize);
  }
}

bool Conduit::stop_reading() {
  int left = 0;
  if (is_open() && ioctl(from_, FIONREAD, &left) != 0) left = 0;
  while (is_open() && left > 0) left -= static_cast<int>(read_some(static_cast<std::size_t>(left)));
  const bool kept_open = is_open();
  close_and_forget(from_);
  return kept_open;
}

void Conduit::stop_passing() {
  pass_to_ = -1;
  pending_.clear();
  passed_ = 0;
}

std::size_t Conduit::read_some(std::size_t most) {
  std::array<char, kReadSize> bytes;
  const ssize_t count = read(from_, bytes.data(), std::min(most, bytes.size()));
  if (count < 0 && errno == EINTR) return 0;
  if (count <= 0) {
    close_and_forget(from_);
    return 0;
  }
  const std::string_view piece(bytes.data(), static_cast<std::size_t>(count));
  take_(piece);
  if (pass_to_ >= 0) pending_ += piece;
  return piece.size();
}

void Conduit::pass_some() {
  // Another conduit to the same pipe may have taken the room there was when the wait ended.
  pollfd ready{pass_to_, POLLOUT, 0};
  if (poll(&ready, 1, 0) <= 0) return;
  // A pipe that is ready takes as much as PIPE_BUF without a wait for who reads it.
  const std::size_t size = std::min<std::size_t>(pending_.size() - passed_, PIPE_BUF);
  const ssize_t count = write(pass_to_, pending_.data() + passed_, size);
  if (count < 0) {
    if (errno == EINTR || errno == EAGAIN) return;
    pass_error_ = errno;
    stop_passing();
    return;
  }
  passed_ += static_cast<std::size_t>(count);
  if (passed_ < pending_.size()) return;
  pending_.clear();
  passed_ = 0;
}

}  // namespace tracecheck

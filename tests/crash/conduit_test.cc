// Bytes on their way through a conduit, with a command's end at one side and a reader at the other.
#include "crash/conduit.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <string>

using namespace tracecheck;

namespace {

// Who gets what is passed on. A closed reader is an error then, not our end.
class Receiver {
 public:
  Receiver() : before_(std::signal(SIGPIPE, SIG_IGN)) { REQUIRE(pipe2(ends_, O_CLOEXEC | O_NONBLOCK) == 0); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  ~Receiver() {
    leave();
    close(ends_[1]);
    std::signal(SIGPIPE, before_);
  }

  int descriptor() const { return ends_[1]; }
  void leave() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }
  std::string receive() const {
    std::string all;
    char bytes[4096];
    for (ssize_t count = 0; (count = read(ends_[0], bytes, sizeof bytes)) > 0;) {
      all.append(bytes, static_cast<std::size_t>(count));
    }
    return all;
  }

 private:
  void (*before_)(int);
  int ends_[2] = {-1, -1};
};

// A command that writes into a conduit, as a process of its own would.
class Command {
 public:
  explicit Command(int pass_to)
      : conduit(
            1, [this](std::string_view piece) { taken += piece; }, pass_to) {
    REQUIRE(conduit.open() == 0);
    end_ = dup(conduit.redirection().from);
    conduit.close_child_end();
  }
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command() { end(); }

  void write(std::string_view bytes) const {
    REQUIRE(::write(end_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  void end() {
    if (end_ >= 0) close(end_);
    end_ = -1;
  }
  // Whether the conduit can go on.
  bool is_ready() const {
    pollfd wanted = conduit.wait_for();
    return poll(&wanted, 1, 0) == 1;
  }
  void go_on_while_ready() {
    while (!conduit.is_done() && is_ready()) conduit.go_on();
  }

  std::string taken;
  Conduit conduit;

 private:
  int end_ = -1;
};

// Nothing in it repeats for long, so that what is lost or doubled shows.
std::string numbers(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + "\n";
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("what comes byte by byte is taken and passed on byte by byte", "[conduit]") {
  const Receiver receiver;
  Command command(receiver.descriptor());
  const std::string bytes("a\0\n\xff z", 6);
  for (const char byte : bytes) {
    CHECK_FALSE(command.is_ready());
    command.write({&byte, 1});
    command.go_on_while_ready();
    CHECK(receiver.receive() == std::string(1, byte));
  }
  CHECK(command.taken == bytes);
  CHECK_FALSE(command.conduit.is_done());
  command.end();
  command.go_on_while_ready();
  CHECK(command.conduit.is_done());
  CHECK(command.conduit.pass_error() == 0);
}

TEST_CASE("without anybody to pass it on to, what comes is taken", "[conduit]") {
  Command command(-1);
  command.write("text");
  command.end();
  command.go_on_while_ready();
  CHECK(command.conduit.is_done());
  CHECK(command.taken == "text");
}

TEST_CASE("nothing more is read while a slow reader has not got what came before", "[conduit]") {
  const Receiver receiver;
  const std::string bytes = numbers(60'000);
  Command command(receiver.descriptor());
  std::size_t written = 0;
  for (int i = 0; i < 3; ++i) {
    command.write(bytes);
    written += bytes.size();
    command.go_on_while_ready();
  }
  const std::size_t taken = command.taken.size();
  CHECK(command.conduit.wait_for().fd == receiver.descriptor());
  CHECK_FALSE(command.is_ready());
  CHECK(taken < written);

  std::string received;
  command.end();
  while (!command.conduit.is_done()) {
    received += receiver.receive();
    command.go_on_while_ready();
  }
  received += receiver.receive();
  CHECK(received == bytes + bytes + bytes);
  CHECK(command.taken == received);
}

TEST_CASE("a reader that leaves is told of, and the rest is taken all the same", "[conduit]") {
  Receiver receiver;
  Command command(receiver.descriptor());
  command.write("first");
  command.go_on_while_ready();
  receiver.leave();
  command.write("second");
  command.go_on_while_ready();
  CHECK(command.conduit.pass_error() == EPIPE);
  command.write("third");
  command.end();
  command.go_on_while_ready();
  CHECK(command.conduit.is_done());
  CHECK(command.taken == "firstsecondthird");
}

TEST_CASE("reading stops with what is in the pipe by then, and tells who could still write", "[conduit]") {
  const Receiver receiver;
  Command command(receiver.descriptor());
  command.write(numbers(5000));
  const bool ends = GENERATE(false, true);
  if (ends) command.end();
  CHECK(command.conduit.stop_reading());
  CHECK(command.taken == numbers(5000));
  CHECK_FALSE(command.conduit.is_done());
  command.go_on_while_ready();
  CHECK(command.conduit.is_done());
  CHECK(receiver.receive() == numbers(5000));
}

TEST_CASE("a command that has ended before reading stops cannot still write", "[conduit]") {
  Command command(-1);
  command.end();
  command.go_on_while_ready();
  CHECK_FALSE(command.conduit.stop_reading());
}

TEST_CASE("what is not passed on yet is given up when passing stops", "[conduit]") {
  const Receiver receiver;
  Command command(receiver.descriptor());
  command.write("text");
  command.conduit.go_on();
  command.end();
  command.conduit.stop_passing();
  command.go_on_while_ready();
  CHECK(command.conduit.is_done());
  CHECK(command.taken == "text");
  CHECK(receiver.receive().empty());
  CHECK(command.conduit.pass_error() == 0);
}

#include "export/stack_text.h"

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string_view>
#include <vector>

using namespace tracecheck;

namespace {

std::size_t first_of(std::initializer_list<std::string_view> functions) {
  std::vector<Frame> frames;
  for (const std::string_view function : functions) frames.emplace_back().function = function;
  return first_telling_frame(frames);
}

}  // namespace

TEST_CASE("A stack is told from where the program waits, not from how the runtime does it", "[stack_text]") {
  CHECK(first_of({"runtime.gopark", "runtime.chanrecv", "runtime.chanrecv1", "main.waitForever"}) == 3);
  CHECK(first_of({"runtime.gopark", "time.Sleep", "main.main"}) == 1);
  CHECK(first_of({"main.main", "runtime.main"}) == 0);
  CHECK(first_of({"runtime/trace.Start", "main.main"}) == 0);
  CHECK(first_of({"example.com/internal/x.f", "main.main"}) == 0);
}

TEST_CASE("Of what waits for a lock or in a system call, the call is told", "[stack_text]") {
  CHECK(first_of({"runtime.gopark", "internal/sync.(*Mutex).lockSlow", "sync.(*Mutex).Lock", "main.main"}) == 2);
  CHECK(first_of({"sync.runtime_SemacquireWaitGroup", "sync.(*WaitGroup).Wait", "main.main"}) == 1);
  CHECK(first_of({"syscall.read", "syscall.Read", "internal/poll.(*FD).Read", "os.(*File).Read"}) == 3);
  CHECK(first_of({"syscall.read", "syscall.Read", "main.main"}) == 1);
}

TEST_CASE("A stack of nothing but the runtime's frames is told from its first", "[stack_text]") {
  CHECK(first_of({"runtime.gopark", "runtime.bgsweep"}) == 0);
  CHECK(first_of({}) == 0);
  CHECK(first_of({"runtime.gopark", "", "main.main"}) == 1);
}

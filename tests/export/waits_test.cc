#include "export/waits.h"

#include <catch2/catch.hpp>

#include "export/pprof_profile.h"

namespace tracecheck {
namespace {

// Which waits are counted shows in the message's size: one that counts nothing has no sample.
struct Counting {
  Profile profile{{{"contentions", "count"}, {"delay", "nanoseconds"}}};
  Waits waits{profile, State::Waiting};
  Time now = 0;

  void step(State from, State to, GoroutineId goroutine = 1) {
    waits.add({1, goroutine, now += 10, from, to, true, ""});
  }
  bool counted() {
    waits.finish();
    return profile.message() != Profile({{"contentions", "count"}, {"delay", "nanoseconds"}}).message();
  }
};

}  // namespace

TEST_CASE("a wait counts once it has ended", "[export][waits]") {
  Counting counting;
  counting.step(State::NotExist, State::Runnable);
  counting.step(State::Runnable, State::Running);
  counting.step(State::Running, State::Waiting);
  SECTION("ended") {
    counting.step(State::Waiting, State::Runnable);
    CHECK(counting.counted());
  }
  SECTION("not ended") { CHECK_FALSE(counting.counted()); }
  SECTION("its end is not among the events") {
    counting.step(State::Running, State::Runnable);
    CHECK_FALSE(counting.counted());
  }
}

TEST_CASE("a wait before the first run counts only if the goroutine never runs", "[export][waits]") {
  Counting counting;
  counting.step(State::Undetermined, State::Waiting);
  counting.step(State::Waiting, State::Runnable);
  SECTION("it never runs") { CHECK(counting.counted()); }
  SECTION("it runs") {
    counting.step(State::Runnable, State::Running);
    CHECK_FALSE(counting.counted());
  }
}

TEST_CASE("of an id that C threads use again, the last goroutine's waits count", "[export][waits]") {
  Counting counting;
  counting.step(State::NotExist, State::Syscall);
  counting.step(State::Syscall, State::Running);
  counting.step(State::Running, State::Waiting);
  counting.step(State::Waiting, State::Runnable);
  counting.step(State::Runnable, State::Running);
  counting.step(State::Running, State::NotExist);
  SECTION("it is not used again") { CHECK(counting.counted()); }
  SECTION("it is used again") {
    counting.step(State::NotExist, State::Syscall);
    CHECK_FALSE(counting.counted());
  }
}

}  // namespace tracecheck

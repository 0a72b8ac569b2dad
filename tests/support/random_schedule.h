// A small scheduler that does things at random: traces with all that threads can do to each other's goroutines and
// procs, whole ones or disturbed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "tests/support/trace_builder.h"

namespace tracecheck::testing {

class RandomSchedule {
 public:
  explicit RandomSchedule(std::uint32_t seed) : random_(seed) {}

  /// Lets a generation of `steps` steps happen, and keeps its events.
  void run(std::size_t steps);
  /// Changes something in the events kept: a time, an argument, the order of two, or that one is there.
  void disturb();
  /// Writes all generations.
  Bytes trace() const;

 private:
  struct Happened {
    EventType type;
    std::uint64_t time;
    std::vector<std::uint64_t> args;
  };
  using ThreadEvents = std::map<std::uint64_t, std::vector<Happened>>;  // by thread
  struct Goroutine {
    enum class State : std::uint8_t { Runnable, Running, Syscall, Waiting } state = State::Runnable;
    std::uint64_t sequence = 0;
    std::vector<std::uint64_t> regions;
    bool assists = false;
  };
  struct Proc {
    enum class State : std::uint8_t { Running, Idle, Syscall } state = State::Idle;
    std::uint64_t sequence = 0;
  };
  struct Thread {
    std::optional<std::uint64_t> goroutine;
    std::optional<std::uint64_t> proc;
    bool in_syscall = false;
  };

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  void emit(std::uint64_t thread, EventType type, std::vector<std::uint64_t> args);
  void tell_statuses();
  void step();
  void step_without_proc(std::uint64_t thread);
  void step_between(std::uint64_t thread);
  void step_in_syscall(std::uint64_t thread);
  void step_running(std::uint64_t thread);
  void annotate(std::uint64_t thread);
  void steal(std::uint64_t thread);
  /// The id of one in that state, if there is any.
  template <typename Records, typename State>
  std::optional<std::uint64_t> any(const Records& records, State state);
  Goroutine& running_on(std::uint64_t thread) { return goroutines_[*threads_[thread].goroutine]; }

  std::mt19937 random_;
  std::uint64_t time_ = 1000;
  std::uint64_t next_goroutine_ = 4;
  std::uint64_t next_task_ = 1;
  std::map<std::uint64_t, Goroutine> goroutines_{{1, {}}, {2, {}}, {3, {}}};
  std::map<std::uint64_t, Proc> procs_{{0, {}}, {1, {}}, {2, {}}};
  std::map<std::uint64_t, Thread> threads_{{11, {}}, {12, {}}, {13, {}}, {14, {}}};
  std::vector<std::uint64_t> tasks_;
  std::vector<ThreadEvents> generations_;
};

}  // namespace tracecheck::testing

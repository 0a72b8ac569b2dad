// How long goroutines waited, by stack, as `go tool trace -pprof` counts it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "export/pprof_profile.h"
#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// A wait is the time that a goroutine spends in one state. It counts once it has ended, under the stack of the event
/// that began it; unless that was before the goroutine's first run. Where an id is used again, as by C threads that call
/// Go, its last goroutine is the one that counts.
class Waits {
 public:
  struct Transition {
    std::uint64_t segment = 0;  // from 1; all of one come before those of the next
    GoroutineId goroutine = kNone;
    Time time = 0;
    State from = State::Undetermined;
    State to = State::Undetermined;
    bool begins_wait = false;
    std::string_view stack;  // a frames record (analysis/frames_record.h); "" for none
  };

  /// `profile`, of a count and of nanoseconds, and outlives it; `state` is that of the waits.
  Waits(Profile& profile, State state) : profile_(profile), state_(state) {}

  /// Transitions of one goroutine come in order.
  void add(const Transition& transition);

  /// No more transitions come.
  void finish();

 private:
  struct Wait {
    Time begin = 0;
    Profile::StackIndex stack = 0;
  };
  struct Goroutine {
    bool ran = false;
    bool of_c_thread = false;
    std::optional<Wait> wait;
  };
  struct Sum {
    std::int64_t count = 0;
    std::int64_t duration = 0;
  };

  void end_wait(const Transition& transition, Goroutine& goroutine);
  void run(GoroutineId id, Goroutine& goroutine);
  void end(GoroutineId id, const Goroutine& goroutine);

  Profile& profile_;
  State state_;
  std::uint64_t segment_ = 0;
  IdHashMap<GoroutineId, Goroutine> goroutines_;
  // By goroutine: what may yet prove not to count.
  IdHashMap<GoroutineId, std::map<Profile::StackIndex, Sum>> unsure_;
};

}  // namespace tracecheck

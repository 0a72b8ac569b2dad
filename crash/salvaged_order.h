// The events of a broken generation, in an order as good as can be had: the replay's as far as it goes. Where it
// refuses an event, what is missing is bridged (bridge.h); what cannot be bridged comes out as it stands on the wire.
// Every event on the wire comes out, exactly once. Fact from: FORMAT.md section 10, "What can be salvaged".
#pragma once

#include <cstdint>
#include <vector>

#include "crash/bridge.h"
#include "reader/generation.h"
#include "reader/id_hash.h"
#include "reader/merge.h"
#include "reader/replay.h"

namespace tracecheck {

/// What of a generation has come out before.
struct GivenOut {
  IdHashMap<ThreadId, Cursor::Place> next;  // of each thread with events, the place of the first that has not
  std::size_t samples = 0;
};

class SalvagedOrder {
 public:
  /// `generation` had `finish` or `finish_unfinished` called, and outlives this. `replay` is the state before it.
  SalvagedOrder(const Generation& generation, Replay replay, GivenOut given_out = {});
  SalvagedOrder(const SalvagedOrder&) = delete;
  SalvagedOrder& operator=(const SalvagedOrder&) = delete;

  /// Goes on to the next event that had not come out before. False: there is none.
  bool next();

  /// Its time is above that of the thread's event before; those of other threads may be later. An id that had to be
  /// made up is kNone. Valid until the next call.
  const OrderedEvent& event() const { return event_; }

  /// The rules of the scheduler let it happen, without anything made up until now.
  bool replayed() const { return replayed_; }

  /// The first event that came of one on the wire; some give three.
  bool begins_wire_event() const { return begins_wire_event_; }
  /// The event as it stands on the wire, and the thread that it stands in. Not for CPU samples.
  ThreadId wire_thread() const { return merge_.last_cursor()->thread(); }
  const RawEvent& wire_event() const { return wire_event_; }
  /// It came out though the rules do not let it happen, and changed nothing.
  bool out_of_order() const { return out_of_order_; }
  /// What was made up before it, and after the event before it.
  const std::vector<Bridge::Step>& made_up() const { return made_up_; }

  /// What could not be read so far.
  const std::vector<Damage>& passed_over() const { return merge_.passed_over(); }

  /// The scheduler's state after it.
  const Replay& replay() const { return replay_; }

 private:
  bool step();
  void go_past_failure();
  void look_at_wire();
  void take_event();
  bool came_out_before();

  const Generation& generation_;
  Replay replay_;
  Merge merge_;
  Bridge bridge_;
  GivenOut given_out_;
  OrderedEvent event_;
  RawEvent wire_event_;
  bool replayed_ = true;
  bool begins_wire_event_ = false;
  bool out_of_order_ = false;
  bool new_wire_event_ = false;
  std::uint64_t wire_events_ = 0;
  std::vector<Bridge::Step> made_up_;
  struct Failed {
    ThreadId thread = kNone;
    std::uint64_t offset = 0;
    bool operator==(const Failed&) const = default;
  };
  Failed last_failed_;
  std::uint64_t tries_left_;  // of threads that wait: with many of them, order becomes too dear
  IdHashMap<ThreadId, Time> last_time_;
};

/// What `event` of a thread with `context` says by itself, without the state of anything else.
OrderedEvents as_it_stands(const RawEvent& event, const Replay::ThreadFacts& context);

}  // namespace tracecheck

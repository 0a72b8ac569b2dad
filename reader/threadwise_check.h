// Whether all that a generation's events say can happen, found out thread by thread instead of in their order.
//
// An event needs and changes what its thread holds, and the goroutine or proc that it names, whose sequence numbers say
// whose turn it is. So an event that can happen stays so until it does, whatever other threads do meanwhile: if all
// events can happen in one order, they can in any that the numbers allow, and the scheduler ends in the same state. To
// put them in order costs more than to read and check them.
// Where that is not so (what another thread did before an event matters, and no number tells), the answer is "unsure",
// and the merge decides: for something wrong, as well, which has its place in the order.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "format/clock.h"
#include "reader/generation.h"
#include "reader/id_hash.h"
#include "reader/reference_memory.h"
#include "reader/replay.h"
#include "reader/seen_ids.h"
#include "reader/validator.h"

namespace tracecheck {

class ThreadwiseCheck {
 public:
  /// What is seen of one generation: events that are no transitions, regions or tasks (logs, metrics, ranges and the
  /// like), of each thread in their order, with the times on the wire.
  class Account {
   public:
    Account() = default;
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;
    virtual ~Account() = default;
    /// May be called on a thread of its own.
    virtual void see(const OrderedEvent& event, const Generation& generation) = 0;
    /// The generation is sound, and what was seen counts; in the order of the generations. `newest` is the time of the
    /// last event of all. Not called: it counts for nothing.
    virtual void keep(Time newest) = 0;
  };
  class Listener {
   public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;
    virtual std::unique_ptr<Account> open_account() = 0;
  };

  /// What the generation is checked against: the replay, in which it has begun, or begun as a guess; the validator, and
  /// what it may refer to.
  struct Before {
    Replay& replay;
    Validator& validator;
    const ReferenceMemory& references;
    /// From which events are read that were put off.
    const ByteSource& source;
    /// Once it is set, the answer does not matter any more. Null: it always does.
    const std::atomic<bool>* given_up = nullptr;
  };
  ThreadwiseCheck(const Generation& generation, const Before& before, Account& account);
  ThreadwiseCheck(const ThreadwiseCheck&) = delete;
  ThreadwiseCheck& operator=(const ThreadwiseCheck&) = delete;

  /// True: all events can happen, and the replay has seen them. False: unsure, and the replay is good for nothing more.
  bool run();
  /// Then: the events that come out, CPU samples among them, and the time of the last one on the wire.
  std::uint64_t events() const { return events_; }
  Time newest() const { return newest_; }
  /// Tasks that begin in the generation, or end without.
  const SeenIds& met_tasks() const { return met_tasks_; }

 private:
  // A thread on its way through its events.
  struct Runner {
    const ThreadBatches* batches = nullptr;
    std::size_t batch = 0;  // that comes next
    const std::uint8_t* at = nullptr;
    const std::uint8_t* end = nullptr;
    Time time = 0;                   // of the event before, or of the batch
    std::vector<std::uint8_t> data;  // of the batch, if it was put off
    Slot thread = kNoSlot;           // in the replay; none before the first event, or in batches of no thread
    Resource told;                   // of which it told the status last
    bool waits = false;
    Time robbed = 0;             // when its proc was taken away last, in this generation
    bool robbed_lately = false;  // and nothing has happened on it since
    bool open = false;           // in a guess: what it holds is not settled
    ThreadId id() const { return batches->thread; }
  };
  using Runners = std::vector<std::uint32_t>;  // indices
  // A goroutine or proc: who waits for it to change, and when it may change.
  struct Awaited {
    Runners runners;
    Time not_before = 0;
  };
  class Names final : public NameSource {
   public:
    explicit Names(const Generation& generation) : generation_(generation) {}
    bool name(std::uint64_t string_id, std::string_view& text) const override;

   private:
    const Generation& generation_;
  };
  enum class Stop : std::uint8_t { No, Waits, Drained, Unsure };
  enum class Admission : std::uint8_t { Yes, Wait, Unsure };

  void line_up();
  bool try_again();
  Stop go_on(std::uint32_t index);
  bool enter_batch(Runner& runner);
  [[gnu::noinline]] void pass_steps(Runner& runner);
  [[gnu::noinline]] Stop pass_any(std::uint32_t index);
  bool see(const OrderedEvent& event);
  bool stands_too_early(const RawEvent& event, const Runner& runner);
  Admission admit_by_times(Time earlier, Time later);
  [[gnu::noinline]] void tell(OrderedEvent& event, Time time, Replay::Steps& steps);
  static bool is_gc(EventType type) {
    return type == EventType::GCActive || type == EventType::GCBegin || type == EventType::GCEnd;
  }
  // Guesses: threadwise_guess.cc
  bool out_of_patience();
  Admission suppose(const RawEvent& event, const Runner& runner);
  Admission suppose_from_status(const RawEvent& event, const Runner& runner);
  void suppose_from_steal(const RawEvent& event);
  Admission settle(const RawEvent& event, const Runner& runner);
  Admission settle_gc(const RawEvent& event);
  // Which events may happen out of their order: threadwise_admission.cc
  Admission admit(const RawEvent& event, const Runner& runner);
  Admission admit_without_thread(const RawEvent& event, const Runner& runner);
  Admission admit_new(GoroutineId id);
  Admission admit_again(GoroutineId id, Time time);
  Admission admit_go_status(const RawEvent& event, const Replay::ThreadFacts& thread);
  Admission admit_proc_status(const RawEvent& event, const Replay::ThreadFacts& thread, const Runner& runner) const;
  Admission admit_active(const Resource& resource, Time time, const Runner& runner);
  Admission admit_task(const RawEvent& event, const Replay::ThreadFacts& thread);
  void wait(const RawEvent& event, std::uint32_t index);
  Awaited& waiting_for(const Resource& resource) {
    return resource.kind == ResourceKind::Proc ? awaited_procs_[resource.id] : awaited_goroutines_[resource.id];
  }
  bool wait_for(const Resource& resource, std::uint32_t index);
  void note_change(const Resource& resource, Time time);
  void changed(const Resource& resource, Time time);
  void wake(std::uint32_t index);
  void wake_all(Runners& waiting);
  void see_samples();

  const Generation& generation_;
  Clock clock_;
  Names names_;
  Replay& replay_;
  Validator& validator_;
  const ReferenceMemory& references_;
  const ByteSource& source_;
  const std::atomic<bool>* given_up_;
  Account& account_;
  std::vector<Runner> runners_;
  IdHashMap<ThreadId, std::uint32_t> runner_of_;
  std::size_t left_ = 0;  // that are not at their end
  Runners ready_;
  Runners waiting_;  // for what no record stands for
  IdHashMap<GoroutineId, Awaited> awaited_goroutines_;
  IdHashMap<ProcId, Awaited> awaited_procs_;
  // Those that appear here, each once: that are told of, or begin. Or end, if nothing tells where they began.
  SeenIds met_goroutines_;
  SeenIds met_tasks_;
  std::uint64_t events_before_try_ = 0;
  bool patient_ = true;  // such a task may yet begin on another thread
  // Those that are gone, and may appear again: goroutines of threads that call into Go.
  IdHashMap<GoroutineId, Time> gone_;
  Time gc_changed_ = 0;
  std::uint64_t least_gc_ = std::numeric_limits<std::uint64_t>::max();  // the lowest number met, while it is guessed
  // Whether an event stands, by its time, before what made it possible; and whether it matters, as times were taken for
  // the order in which something happens.
  bool inverted_ = false;
  bool goes_by_times_ = false;
  bool sound_ = true;
  OrderedEvents out_;
  RawEvent event_;
  std::uint64_t events_ = 0;
  Time newest_ = 0;
};

}  // namespace tracecheck

// Generations that are read, and checked each by itself, before those in front of them are done with.
//
// Only where events are put off, so that a generation that waits takes little memory. What a check has to guess of the
// state before is in guess.h; whoever takes the generations makes sure of it in their order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "reader/framer.h"
#include "reader/generation_reader.h"
#include "reader/replay.h"
#include "reader/seen_ids.h"
#include "reader/threadwise_check.h"
#include "reader/validator.h"

namespace tracecheck {

/// Which generations are checked thread by thread, and by how many threads at once.
struct ThreadwiseOptions {
  std::uint64_t least = 0;  // bytes
  unsigned workers = 1;
};

class GenerationsAhead {
 public:
  /// What came of the check of one generation by itself; of use if it is sure.
  struct Outcome {
    explicit Outcome(GoVersion version) : validator(version) {}
    bool sure = false;
    Replay replay;  // a guess, and the state at the end
    Validator validator;
    SeenIds met_tasks;
    std::unique_ptr<ThreadwiseCheck::Account> account;
    std::uint64_t events = 0;
    Time newest = 0;
  };

  /// All that is given must outlive it.
  GenerationsAhead(Framer& framer, GenerationReader& reader, GoVersion version, ThreadwiseCheck::Listener& listener,
                   ThreadwiseOptions options);
  GenerationsAhead(const GenerationsAhead&) = delete;
  GenerationsAhead& operator=(const GenerationsAhead&) = delete;
  /// Waits until nobody works on it.
  ~GenerationsAhead();

  /// As GenerationReader::next. The generation given before must live until then.
  GenerationReader::Result next();

  /// Of the generation that `next` gave last: what came of its check. Null: none was begun. Waits, and works on others
  /// meanwhile.
  Outcome* outcome();

  /// Call before anything else looks at the framer, or at what follows the generation that `next` gave last: both
  /// readers stand behind it again, and what was read ahead is forgotten.
  void forget();

 private:
  enum class State : std::uint8_t { Idle, Waiting, Running, Done };
  struct Entry {
    Entry(GoVersion version, GenerationReader::Result read) : result(std::move(read)), outcome(version) {}
    GenerationReader::Result result;
    const Generation* generation = nullptr;  // the same one, wherever the result has gone
    Framer::Place framer;                    // behind it
    GenerationReader::Place reader;
    Outcome outcome;
    State state = State::Idle;
    std::atomic<bool> given_up = false;
  };

  std::unique_ptr<Entry> read();
  void read_ahead();
  bool worth_checking(const Entry& entry) const;
  void start_workers();
  void work();
  Entry* first_waiting();
  void check(Entry& entry);
  void return_to_current();
  void give_up(Entry& entry, std::unique_lock<std::mutex>& lock);

  Framer& framer_;
  GenerationReader& reader_;
  GoVersion version_;
  ThreadwiseCheck::Listener& listener_;
  ThreadwiseOptions options_;
  std::size_t depth_;       // generations to read ahead: more with each that it was good for
  bool forgotten_ = false;  // those behind the current one

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<Entry> current_;            // that `next` gave last
  std::deque<std::unique_ptr<Entry>> ahead_;  // in the order of the stream
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tracecheck

// Text of events, made by several threads at once, and handed on in the order of the events.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "export/sink.h"
#include "tracecheck/event.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

/// Appends the text of an event. For one thread at a time.
using EventWriter = std::function<void(std::string& out, const Event& event)>;

/// Between a reader and a sink:
///
///   while (const Event* event = workers.next()) {
///     if (!workers.put()) break;
///   }
///   return workers.settle();
///
/// The thread that reads also writes where the others do not keep up, and hands all on to the sink. Memory: some
/// hundred events and their text a worker.
class TextWorkers {
 public:
  /// Up to `workers` threads (0: one a core), this one among them; small traces have it alone. `make` makes a writer for events of
  /// one generation, on any of the threads. `at_rest` is called, with nothing under way, each time that the reader reads on,
  /// which may take as long as a child runs: what was handed to the sink should be out by then. The reader must outlive
  /// it.
  TextWorkers(SalvageReader& reader, unsigned workers, std::function<EventWriter()> make, Sink sink,
              std::function<void()> at_rest);
  TextWorkers(const TextWorkers&) = delete;
  TextWorkers& operator=(const TextWorkers&) = delete;
  /// What was put and not handed on yet is dropped.
  ~TextWorkers();

  /// Reads the next event; null at the end. Valid until it is put, or the next one is read.
  const Event* next() {
    Event* const at = place_;
    if (!reader_.next(*at)) return nullptr;
    if (at != place_) *place_ = *at;  // it read on, so that a new block was begun
    return place_;
  }

  /// The event that was read last is to be written. False once the sink takes no more. What a writer throws comes out
  /// here, or of `settle`.
  bool put() {
    if (++place_ != end_) [[likely]]
      return true;
    return put_block();
  }

  /// Returns once all that was put has been handed on. False as in `put`.
  bool settle();

 private:
  static constexpr std::size_t kEvents = 256;      // of a block: with their text they stay in the caches
  static constexpr std::size_t kBlocks = 4;        // a worker
  static constexpr std::size_t kSmall = 4096;      // events for which no thread is worth its while
  static constexpr std::size_t kText = 64 * 1024;  // handed on at once, while there is one thread

  enum class State : std::uint8_t { Waiting, Running, Done };
  struct Block {
    std::vector<Event> events;
    std::size_t count = 0;
    std::string text;
    State state = State::Done;
    std::exception_ptr failure;
  };

  bool put_block();
  bool write_alone();
  void start();
  void make_blocks(std::size_t count, std::size_t events);
  void begin_block();
  void end_block();
  void work(std::size_t worker);
  void write(Block& block, std::size_t worker, std::unique_lock<std::mutex>& lock);
  void advance(std::unique_lock<std::mutex>& lock);
  void hand_on(std::string& text);
  Block* first_waiting();
  Block& block(std::size_t number) { return blocks_[number % blocks_.size()]; }

  SalvageReader& reader_;
  const unsigned workers_;
  std::function<EventWriter()> make_;
  Sink sink_;
  std::vector<EventWriter> writers_;  // by worker, this thread the first; made when needed
  Event* place_ = nullptr;            // of the next event, in the block that is being filled
  Event* end_ = nullptr;
  std::size_t seen_ = 0;  // while there is one thread
  bool enough_ = false;   // the sink takes no more
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable put_;
  std::condition_variable done_;
  std::vector<Block> blocks_;  // in use in turn; while there is one thread, one of one event
  // Blocks counted through: those from `handed_on_` on are under way, and `filled_` is being filled.
  std::size_t handed_on_ = 0;
  std::size_t filled_ = 0;
  bool stopped_ = false;
};

}  // namespace tracecheck

// Many files over many cores, results in the order of the files.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "export/worker_count.h"

namespace tracecheck::cmd {

/// Results that threads make in any order and one thread takes in theirs.
template <typename Result>
class OrderedResults {
 public:
  /// Results 0 to `count` - 1, of which no more than `window` are kept waiting.
  OrderedResults(std::size_t count, std::size_t window) : count_(count), window_(window) {}

  /// Makes results until there is none left to make; for several threads.
  template <typename Work>
  void make(Work& work) {
    std::unique_lock lock(mutex_);
    try {
      for (;;) {
        changed_.wait(lock, [&] { return stopped_ || next_made_ >= count_ || next_made_ < next_taken_ + window_; });
        if (stopped_ || next_made_ >= count_) return;
        const std::size_t i = next_made_++;
        lock.unlock();
        Result result = work(i);
        lock.lock();
        ready_.emplace(i, std::move(result));
        changed_.notify_all();
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      failure_ = std::current_exception();
      changed_.notify_all();
    }
  }

  /// Takes them all, or until `take` says false. Throws what `make` came upon.
  template <typename Take>
  bool take_all(Take& take) {
    for (std::size_t i = 0; i < count_; ++i) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return failure_ || ready_.contains(i); });
      if (failure_) std::rethrow_exception(failure_);
      auto node = ready_.extract(i);
      ++next_taken_;
      changed_.notify_all();
      lock.unlock();
      if (!take(std::move(node.mapped()))) return false;
    }
    return true;
  }

  /// No more are made.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  const std::size_t count_;
  const std::size_t window_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Result> ready_;
  std::size_t next_made_ = 0;
  std::size_t next_taken_ = 0;
  bool stopped_ = false;
  std::exception_ptr failure_;
};

/// Calls `work(i)` for i in [0, count) on up to `workers` threads (0: one a core) and `take(result)` on this
/// thread, in the order of i, each as soon as it is its turn. No more than a few results a worker are kept
/// waiting. False, and the rest left undone, once `take` says false. What `work` or `take` throws comes out of it, and
/// the rest is left undone, too.
template <typename Result, typename Work, typename Take>
bool in_order(std::size_t count, unsigned workers, Work work, Take take) {
  workers = static_cast<unsigned>(std::min<std::size_t>(worker_count(workers), count));

  OrderedResults<Result> results(count, std::size_t{4} * workers);
  std::vector<std::jthread> threads;
  // Runs before the threads are waited for, however this function ends.
  struct Stop {
    OrderedResults<Result>& results;
    ~Stop() { results.stop(); }
  } const stop{results};
  try {
    threads.reserve(workers);
    while (workers > 1 && threads.size() < workers) threads.emplace_back([&] { results.make(work); });
  } catch (const std::system_error&) {
    // The system gives no more threads: those that are there do it all.
  }
  if (!threads.empty()) return results.take_all(take);
  for (std::size_t i = 0; i < count; ++i) {
    if (!take(work(i))) return false;
  }
  return true;
}

}  // namespace tracecheck::cmd

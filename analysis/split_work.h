// Work in pieces that do not depend on each other, on several threads at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace tracecheck {

/// Calls `work(i)` for each i below `count`, in any order, on up to `workers` threads, this one among them. Returns when
/// all of it is done; what `work` throws comes out then, and some may be left undone.
template <typename Work>
void split_work(std::size_t count, unsigned workers, Work work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto take_pieces = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    try {
      while (threads.size() + 1 < workers && threads.size() + 1 < count) threads.emplace_back(take_pieces);
    } catch (const std::system_error&) {
      // The system gives no more threads: those that are there do it all.
    }
    take_pieces();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tracecheck

// Many files over many cores, results in the order of the files.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace tracecheck::cmd {

/// Calls `work(i)` for i in [0, count) on up to `workers` threads (0: one a core) and `take(result)` on this
/// thread, in the order of i, each as soon as it is its turn. No more than a few results a worker are kept
/// waiting. False, and the rest left undone, once `take` says false.
template <typename Result, typename Work, typename Take>
bool in_order(std::size_t count, unsigned workers, Work work, Take take) {
  if (workers == 0) workers = std::max(1U, std::thread::hardware_concurrency());
  workers = static_cast<unsigned>(std::min<std::size_t>(workers, count));
  if (workers <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!take(work(i))) return false;
    }
    return true;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::size_t, Result> ready;
  std::size_t next_work = 0;
  std::size_t next_take = 0;
  bool stopped = false;
  const std::size_t window = std::size_t{4} * workers;

  auto loop = [&] {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return stopped || next_work >= count || next_work < next_take + window; });
      if (stopped || next_work >= count) return;
      const std::size_t i = next_work++;
      lock.unlock();
      Result result = work(i);
      lock.lock();
      ready.emplace(i, std::move(result));
      changed.notify_all();
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < workers; ++i) threads.emplace_back(loop);

  std::unique_lock lock(mutex);
  while (next_take < count && !stopped) {
    changed.wait(lock, [&] { return ready.contains(next_take); });
    auto node = ready.extract(next_take);
    ++next_take;
    changed.notify_all();
    lock.unlock();
    const bool go_on = take(node.mapped());
    lock.lock();
    stopped = !go_on;
  }
  changed.notify_all();
  return !stopped;
}

}  // namespace tracecheck::cmd

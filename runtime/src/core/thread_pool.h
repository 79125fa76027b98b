// Threads that kernels and the executor share.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/function_ref.h"

namespace opscope::runtime {

// Runs tasks on worker threads in the order given. All members are thread-safe.
class ThreadPool {
 public:
  // `num_threads` counts the calling thread: 1 starts no worker and runs everything in the caller.
  explicit ThreadPool(int num_threads);
  // Finishes the tasks already scheduled.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int num_threads() const noexcept { return num_threads_; }

  // Runs `task` on a worker, later; with no worker, now. The task must not throw.
  void schedule(std::function<void()> task);

  // Calls body(begin, end) over parts of [0, total) from the caller and idle workers; returns when
  // all is done. Parts are multiples of `grain` (the last excepted). Throws the first exception a
  // part threw, after all parts ended. Safe to nest: the caller always makes progress itself.
  void parallel_for(std::int64_t total, std::int64_t grain,
                    FunctionRef<void(std::int64_t, std::int64_t)> body);

 private:
  void work();

  int num_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

// The pool eager ops use: one thread for each CPU this process may run on, started at first use.
[[nodiscard]] ThreadPool& default_thread_pool();

}  // namespace opscope::runtime

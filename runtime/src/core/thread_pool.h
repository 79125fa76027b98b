// Threads that kernels and the executor share.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "core/function_ref.h"

namespace opscope::runtime {

// Worker threads that join the work of threads that ask for help. Whoever asks goes on by itself,
// so that nothing ever waits for a worker to become free: uses nest without deadlock, and no more
// threads compute than the pool has. Asking allocates nothing. All members are thread-safe.
class ThreadPool {
 public:
  // The numbers count the calling thread; 1 starts no worker. Workers start at the first call for
  // help.
  explicit ThreadPool(int num_threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // The most threads of one parallel_for, and of one run of a graph.
  [[nodiscard]] int num_threads() const noexcept { return intra_.load(std::memory_order_relaxed); }
  [[nodiscard]] int inter_op_threads() const noexcept {
    return inter_.load(std::memory_order_relaxed);
  }
  // Both at least 1. Returns when workers that are too many have ended: not for use by one.
  void set_threads(int intra, int inter);

  // Work that workers may join while the Team lives. `work` must not throw and outlives the Team;
  // it is called once by every worker that joins, at the same time, and returns when it finds
  // nothing more to do.
  class Team {
   public:
    Team(ThreadPool& pool, FunctionRef<void()> work) noexcept : pool_(pool), work_(work) {}
    // Withdraws the invitations, then waits for those who are in.
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    // Up to `workers` more may join when they are free.
    void invite(int workers);

   private:
    friend class ThreadPool;
    ThreadPool& pool_;
    FunctionRef<void()> work_;
    Team* next_ = nullptr;
    Team* previous_ = nullptr;
    int invitations_ = 0;  // > 0 while listed
    int members_ = 0;
    bool is_closing_ = false;
    std::condition_variable has_left_;
  };

  // Calls body(begin, end) over parts of [0, total) from the caller and idle workers; returns when
  // all is done. Parts are multiples of `grain` (the last excepted). Throws, after all parts ended,
  // the exception of the first part in order that threw. Safe to nest.
  void parallel_for(std::int64_t total, std::int64_t grain,
                    FunctionRef<void(std::int64_t, std::int64_t)> body);

  // Raised to make workers give back the memory they keep for themselves, before their next sleep.
  void ask_for_memory() noexcept;

 private:
  void work(int index);
  void start_workers();
  void enlist(Team& team) noexcept;
  void strike(Team& team) noexcept;

  std::atomic<int> intra_;
  std::atomic<int> inter_;
  std::mutex resize_mutex_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Team* first_ = nullptr;
  Team* last_ = nullptr;
  int wanted_workers_;
  std::uint64_t memory_requests_ = 0;
  std::vector<std::thread> workers_;
};

// The pool of the process: one thread for each CPU this process may run on, unless set otherwise.
[[nodiscard]] ThreadPool& default_thread_pool();
[[nodiscard]] int available_cpus() noexcept;

}  // namespace opscope::runtime

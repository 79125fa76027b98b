#include "core/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>

namespace opscope::runtime {
namespace {
// One parallel_for. Shared with its helpers, which may get their turn only when it is long over.
struct Loop {
  std::int64_t total = 0;
  std::int64_t grain = 1;
  std::int64_t parts = 0;
  const FunctionRef<void(std::int64_t, std::int64_t)>* body = nullptr;
  std::atomic<std::int64_t> next{0};
  std::atomic<std::int64_t> done{0};
  std::mutex mutex;
  std::condition_variable finished;
  std::exception_ptr error;

  void run_part(std::int64_t part) noexcept {
    try {
      const std::int64_t begin = part * grain;
      (*body)(begin, std::min(total, begin + grain));
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
    if (done.fetch_add(1, std::memory_order_acq_rel) + 1 == parts) {
      const std::lock_guard lock(mutex);
      finished.notify_all();
    }
  }

  void run() noexcept {
    for (std::int64_t part = next.fetch_add(1); part < parts; part = next.fetch_add(1)) {
      run_part(part);
    }
  }
};

int available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}
}  // namespace

ThreadPool::ThreadPool(int num_threads) : num_threads_(std::max(1, num_threads)) {
  for (int i = 1; i < num_threads_; ++i) workers_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

void ThreadPool::schedule(std::function<void()> task) {
  if (workers_.empty()) {
    task();
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void ThreadPool::parallel_for(std::int64_t total, std::int64_t grain,
                              FunctionRef<void(std::int64_t, std::int64_t)> body) {
  if (total <= 0) return;
  grain = std::max<std::int64_t>(1, grain);
  if (workers_.empty() || total <= grain) {
    body(0, total);
    return;
  }
  const auto loop = std::make_shared<Loop>();
  loop->total = total;
  loop->grain = grain;
  loop->parts = (total + grain - 1) / grain;
  loop->body = &body;
  const auto helpers =
      std::min<std::int64_t>(static_cast<std::int64_t>(workers_.size()), loop->parts - 1);
  for (std::int64_t i = 0; i < helpers; ++i) schedule([loop] { loop->run(); });
  loop->run();
  std::unique_lock lock(loop->mutex);
  loop->finished.wait(lock, [&] { return loop->done.load() == loop->parts; });
  if (loop->error) std::rethrow_exception(loop->error);
}

ThreadPool& default_thread_pool() {
  static ThreadPool pool(available_cpus());
  return pool;
}

}  // namespace opscope::runtime

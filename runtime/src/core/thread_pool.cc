#include "core/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <exception>
#include <string>
#include <system_error>

#include "core/allocator.h"
#include "opscope/profiler/events.h"

namespace opscope::runtime {
namespace {

// One parallel_for.
struct Loop {
  std::int64_t total;
  std::int64_t grain;
  std::int64_t parts;
  const FunctionRef<void(std::int64_t, std::int64_t)>& body;
  std::atomic<std::int64_t> next{0};
  std::mutex mutex;
  std::int64_t failed_part = INT64_MAX;
  std::exception_ptr error;

  void run_part(std::int64_t part) noexcept {
    try {
      const std::int64_t begin = part * grain;
      body(begin, std::min(total, begin + grain));
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (part > failed_part) return;
      failed_part = part;
      error = std::current_exception();
    }
  }

  void run() noexcept {
    for (std::int64_t part = next.fetch_add(1); part < parts; part = next.fetch_add(1)) {
      run_part(part);
    }
  }
};

}  // namespace

int available_cpus() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int num_threads)
    : intra_(std::max(1, num_threads)), inter_(intra_.load()), wanted_workers_(intra_.load() - 1) {}

ThreadPool::~ThreadPool() { set_threads(1, 1); }

void ThreadPool::set_threads(int intra, int inter) {
  const std::lock_guard resizing(resize_mutex_);
  std::vector<std::thread> leaving;
  {
    const std::lock_guard lock(mutex_);
    intra_ = std::max(1, intra);
    inter_ = std::max(1, inter);
    wanted_workers_ = std::max(intra_.load(), inter_.load()) - 1;
    const auto kept = std::min(workers_.size(), static_cast<std::size_t>(wanted_workers_));
    std::move(workers_.begin() + static_cast<std::ptrdiff_t>(kept), workers_.end(),
              std::back_inserter(leaving));
    workers_.resize(kept);
  }
  wake_.notify_all();
  for (std::thread& worker : leaving) worker.join();
}

void ThreadPool::start_workers() {
  try {
    while (static_cast<int>(workers_.size()) < wanted_workers_) {
      workers_.emplace_back([this, index = static_cast<int>(workers_.size())] { work(index); });
    }
  } catch (const std::system_error&) {
    // The system gives no more threads: those that are there, and the callers, do the work.
  }
}

void ThreadPool::work(int index) {
  profiler::set_thread_name("compute/" + std::to_string(index + 1));
  std::unique_lock lock(mutex_);
  std::uint64_t answered = memory_requests_;
  while (true) {
    wake_.wait(lock, [&] {
      return first_ != nullptr || index >= wanted_workers_ || answered != memory_requests_;
    });
    if (index >= wanted_workers_) return;
    if (answered != memory_requests_) {
      answered = memory_requests_;
      lock.unlock();
      release_thread_memory();
      lock.lock();
      continue;
    }
    Team& team = *first_;
    if (--team.invitations_ == 0) strike(team);
    ++team.members_;
    lock.unlock();
    team.work_();
    lock.lock();
    if (--team.members_ == 0 && team.is_closing_) team.has_left_.notify_one();
  }
}

void ThreadPool::enlist(Team& team) noexcept {
  team.previous_ = last_;
  team.next_ = nullptr;
  (last_ != nullptr ? last_->next_ : first_) = &team;
  last_ = &team;
}

void ThreadPool::strike(Team& team) noexcept {
  (team.previous_ != nullptr ? team.previous_->next_ : first_) = team.next_;
  (team.next_ != nullptr ? team.next_->previous_ : last_) = team.previous_;
}

void ThreadPool::Team::invite(int workers) {
  {
    const std::lock_guard lock(pool_.mutex_);
    pool_.start_workers();
    workers = std::min(workers, pool_.wanted_workers_);
    if (workers <= 0) return;
    if (invitations_ == 0) pool_.enlist(*this);
    invitations_ += workers;
  }
  if (workers == 1) {
    pool_.wake_.notify_one();
  } else {
    pool_.wake_.notify_all();
  }
}

ThreadPool::Team::~Team() {
  std::unique_lock lock(pool_.mutex_);
  if (invitations_ > 0) pool_.strike(*this);
  invitations_ = 0;
  is_closing_ = true;
  has_left_.wait(lock, [this] { return members_ == 0; });
}

void ThreadPool::parallel_for(std::int64_t total, std::int64_t grain,
                              FunctionRef<void(std::int64_t, std::int64_t)> body) {
  if (total <= 0) return;
  grain = std::max<std::int64_t>(1, grain);
  const std::int64_t parts = (total + grain - 1) / grain;
  const auto helpers = std::min<std::int64_t>(num_threads(), parts) - 1;
  if (helpers <= 0) {
    body(0, total);
    return;
  }
  Loop loop{.total = total, .grain = grain, .parts = parts, .body = body};
  const auto work = [&loop] { loop.run(); };
  {
    Team team(*this, work);
    team.invite(static_cast<int>(helpers));
    loop.run();
  }
  if (loop.error) std::rethrow_exception(loop.error);
}

void ThreadPool::ask_for_memory() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ++memory_requests_;
  }
  wake_.notify_all();
}

ThreadPool& default_thread_pool() {
  static ThreadPool pool(available_cpus());
  return pool;
}

}  // namespace opscope::runtime

#include "exec/parallel_run.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "core/allocator.h"
#include "core/pooled_array.h"
#include "opscope/profiler/events.h"

namespace opscope::runtime {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

class ParallelRun {
 public:
  ParallelRun(const Plan& plan, Slot* slots, ThreadPool& pool, RunUnit run_unit)
      : plan_(plan),
        graph_(*plan.dependencies),
        slots_(slots),
        run_unit_(run_unit),
        most_helpers_(pool.inter_op_threads() - 1),
        waits_(graph_.units.size()),
        readers_(graph_.num_readers.size()),
        next_(graph_.units.size()),
        shared_(graph_.units.size()),
        num_left_(graph_.units.size()),
        help_{this},
        team_(pool, help_) {
    for (std::size_t u = 0; u < waits_.size(); ++u) waits_[u] = graph_.units[u].num_waits;
    for (std::size_t s = 0; s < readers_.size(); ++s) readers_[s] = graph_.num_readers[s];
  }

  void run() {
    const SharedMemoryScope shared_memory;
    const profiler::FlowSource flow(flow_);
    Local local;
    for (auto u = static_cast<std::uint32_t>(graph_.units.size()); u-- > 0;) {
      if (graph_.units[u].num_waits == 0) offer(u, local);
    }
    while (true) {
      work(local);
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return shared_begin_ != shared_end_ || num_left_ == 0; });
      if (num_left_ == 0) break;
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  // What one thread keeps for itself: a list of cheap units, and one that is worth a thread.
  struct Local {
    std::uint32_t light = kNone;
    std::uint32_t heavy = kNone;
  };

  void help() {
    const SharedMemoryScope shared_memory;
    const profiler::FlowTarget flow(flow_);
    Local local;
    work(local);
    num_helpers_.fetch_sub(1);
  }

  void work(Local& local) {
    for (std::uint32_t unit = take(local); unit != kNone; unit = take(local)) {
      run_unless_failed(unit);
      finish(unit, local);
    }
  }

  std::uint32_t take(Local& local) {
    if (local.light != kNone) return std::exchange(local.light, next_[local.light]);
    if (local.heavy != kNone) return std::exchange(local.heavy, kNone);
    const std::lock_guard lock(mutex_);
    return shared_begin_ == shared_end_ ? kNone : shared_[shared_begin_++];
  }

  // A unit that is ready: kept by this thread, or for any.
  void offer(std::uint32_t unit, Local& local) {
    if (!graph_.units[unit].is_heavy) {
      next_[unit] = std::exchange(local.light, unit);
      return;
    }
    if (local.heavy == kNone) {
      local.heavy = unit;
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      shared_[shared_end_++] = std::exchange(local.heavy, unit);
    }
    changed_.notify_one();
    if (num_helpers_.fetch_add(1) < most_helpers_) {
      team_.invite(1);
    } else {
      num_helpers_.fetch_sub(1);
    }
  }

  void run_unless_failed(std::uint32_t unit) {
    if (unit > failed_unit_.load(std::memory_order_acquire)) return;
    const Step& step = plan_.steps[graph_.units[unit].step];
    try {
      run_unit_(step, forwardable_inputs(step));
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (unit > failed_unit_.load(std::memory_order_relaxed)) return;
      error_ = std::current_exception();
      failed_unit_.store(unit, std::memory_order_release);
    }
  }

  // Those that nobody else is going to read.
  [[nodiscard]] std::uint64_t forwardable_inputs(const Step& step) {
    const Source* sources = plan_.sources.data() + step.inputs.begin;
    std::uint64_t result = 0;
    for (std::uint32_t k = 0; k < std::min(step.inputs.size, 64u); ++k) {
      if (sources[k] < 0) continue;
      const auto slot = static_cast<std::size_t>(sources[k]);
      if (graph_.num_readers[slot] == 0 || readers_[slot].load(std::memory_order_acquire) != 1) {
        continue;
      }
      if (std::count(sources, sources + step.inputs.size, sources[k]) == 1) {
        result |= std::uint64_t{1} << k;
      }
    }
    return result;
  }

  void finish(std::uint32_t index, Local& local) {
    const Dependencies::Unit& unit = graph_.units[index];
    const std::uint32_t* slots = graph_.slots.data();
    for (std::uint32_t i = 0; i < unit.num_slots; ++i) {
      const std::uint32_t slot = slots[unit.first_slot + i];
      if (readers_[slot].fetch_sub(1, std::memory_order_acq_rel) == 1) slots_[slot].reset();
    }
    for (std::uint32_t i = 0; i < unit.num_unread; ++i)
      slots_[slots[unit.first_unread + i]].reset();
    for (std::uint32_t i = unit.num_successors; i-- > 0;) {
      const std::uint32_t successor = graph_.successors[unit.first_successor + i];
      if (waits_[successor].fetch_sub(1, std::memory_order_acq_rel) == 1) offer(successor, local);
    }
    if (num_left_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      const std::lock_guard lock(mutex_);
      changed_.notify_one();
    }
  }

  const Plan& plan_;
  const Dependencies& graph_;
  Slot* slots_;
  RunUnit run_unit_;
  int most_helpers_;
  const profiler::FlowId flow_ = profiler::new_flow();
  PooledArray<std::atomic<std::int32_t>, 1> waits_;
  PooledArray<std::atomic<std::int32_t>, 1> readers_;
  PooledArray<std::uint32_t, 1> next_;    // of the lists of cheap units
  PooledArray<std::uint32_t, 1> shared_;  // units for any thread, in the order they became ready
  std::size_t shared_begin_ = 0;
  std::size_t shared_end_ = 0;
  std::atomic<std::size_t> num_left_;
  std::atomic<int> num_helpers_{0};
  std::atomic<std::uint32_t> failed_unit_{kNone};
  std::exception_ptr error_;
  std::mutex mutex_;
  std::condition_variable changed_;
  struct Help {
    ParallelRun* run;
    void operator()() const { run->help(); }
  };
  Help help_;
  ThreadPool::Team team_;  // last: leaves before what it uses
};

}  // namespace

void run_units(const Plan& plan, Slot* slots, ThreadPool& pool, RunUnit run_unit) {
  ParallelRun(plan, slots, pool, run_unit).run();
}

}  // namespace opscope::runtime

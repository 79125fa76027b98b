// A mutex that shows in profiles who waited for it, how long, and for whom.
//
// Every thread may use it, as the standard's own. Taking a free lock costs what the standard's
// costs, plus one relaxed load; while a session records, also a store of the owner.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "opscope/profiler/hooks.h"
#include "opscope/profiler/names.h"
#include "opscope/profiler/record.h"

namespace opscope::profiler {

namespace detail {
// The system's id of the calling thread, asked for once: the id of its line in profiles.
[[nodiscard]] pid_t this_thread_id() noexcept;
}  // namespace detail

// A standard mutex whose waits are zones "wait for <name>" on the waiting thread, with the owner's
// thread id and name when the wait began as arguments (none while only readers hold it, or when it
// was taken before the session). Lockable as `Mutex` is: std::scoped_lock, std::unique_lock and
// std::shared_lock take it.
template <typename Mutex>
class Profiled {
 public:
  // Interns the name: takes a lock.
  explicit Profiled(std::string_view name)
      : wait_name_(intern(std::string("wait for ").append(name))) {}
  Profiled(const Profiled&) = delete;
  Profiled& operator=(const Profiled&) = delete;
  ~Profiled() = default;

  void lock() {
    if (!is_recording()) {
      mutex_.lock();
      return;
    }
    if (!mutex_.try_lock()) wait([this] { mutex_.lock(); });
    own();
  }

  [[nodiscard]] bool try_lock() {
    if (!mutex_.try_lock()) return false;
    if (is_recording()) own();
    return true;
  }

  void unlock() {
    if (owner_.load(std::memory_order_relaxed) != 0) owner_.store(0, std::memory_order_relaxed);
    mutex_.unlock();
  }

  void lock_shared() requires requires(Mutex& mutex) { mutex.lock_shared(); }
  {
    if (!is_recording()) {
      mutex_.lock_shared();
      return;
    }
    if (!mutex_.try_lock_shared()) wait([this] { mutex_.lock_shared(); });
  }

  [[nodiscard]] bool try_lock_shared() requires requires(Mutex& mutex) { mutex.try_lock_shared(); }
  { return mutex_.try_lock_shared(); }

  void unlock_shared() requires requires(Mutex& mutex) { mutex.unlock_shared(); }
  { mutex_.unlock_shared(); }

 private:
  void own() noexcept { owner_.store(detail::this_thread_id(), std::memory_order_relaxed); }

  template <typename Take>
  void wait(const Take& take) {
    const pid_t owner = owner_.load(std::memory_order_relaxed);
    const std::uint64_t start_ticks = now_ticks();
    take();
    detail::append_span<1>(detail::RecordKind::lock_wait, static_cast<std::uint32_t>(wait_name_),
                           start_ticks, now_ticks(), {static_cast<std::uint64_t>(owner)});
  }

  Mutex mutex_;
  std::atomic<pid_t> owner_{0};  // 0: not known
  NameId wait_name_;
};

using ProfiledMutex = Profiled<std::mutex>;
using ProfiledSharedMutex = Profiled<std::shared_mutex>;

}  // namespace opscope::profiler

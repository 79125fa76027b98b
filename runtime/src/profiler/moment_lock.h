// Taking a lock in a signal handler.
#pragma once

#include <time.h>

namespace opscope::profiler::detail {

// Tries `try_lock` for a tenth of a second. Who goes on without the lock reads what a thread that
// stands still has left, most likely the very thread that crashed.
template <typename TryLock>
[[nodiscard]] bool lock_within_a_moment(TryLock&& try_lock) noexcept {
  constexpr int kTries = 100;
  constexpr timespec kMillisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
  for (int i = 0; i < kTries; ++i) {
    if (try_lock()) return true;
    ::nanosleep(&kMillisecond, nullptr);
  }
  return false;
}

}  // namespace opscope::profiler::detail

// The recorder's clock: the invariant time-stamp counter where the CPU and the kernel trust it,
// else CLOCK_MONOTONIC in nanoseconds.
//
// Thread rule: every function here may be called from any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace opscope::profiler {

namespace detail {

enum class ClockSource : std::uint8_t { unknown = 0, tsc, clock_gettime };

// Decided once, on first use; never changes afterwards.
extern constinit std::atomic<ClockSource> clock_source;
[[nodiscard]] std::uint64_t now_ticks_slow() noexcept;

}  // namespace detail

// The clock of the recorder, in ticks of unspecified length that never go back on one thread; only
// differences and the record_* arguments have a meaning.
[[nodiscard]] inline std::uint64_t now_ticks() noexcept {
#if defined(__x86_64__)
  if (detail::clock_source.load(std::memory_order_relaxed) == detail::ClockSource::tsc) [[likely]] {
    return __builtin_ia32_rdtsc();
  }
#endif
  return detail::now_ticks_slow();
}

// Nanoseconds since the Unix epoch of a tick count: the wall clock when the process started using
// the profiler, plus the monotonic time since. Later steps of the wall clock are not followed, so
// that differences stay true. The rate is measured against CLOCK_MONOTONIC and refined as the
// process runs, at most once a second.
[[nodiscard]] std::int64_t unix_ns_from_ticks(std::uint64_t ticks) noexcept;

}  // namespace opscope::profiler

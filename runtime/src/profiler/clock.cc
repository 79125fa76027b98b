#include "opscope/profiler/clock.h"

#include <pthread.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <string_view>

#include "calibration.h"

namespace opscope::profiler {
namespace detail {

constinit std::atomic<ClockSource> clock_source{ClockSource::unknown};

namespace {

std::int64_t read_clock_ns(clockid_t id) noexcept {
  timespec now{};
  clock_gettime(id, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

#if defined(__x86_64__)
bool cpu_has_invariant_tsc() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAdvancedPowerManagement = 0x80000007;
  return __get_cpuid(kAdvancedPowerManagement, &a, &b, &c, &d) != 0 && (d & 1U << 8) != 0;
}

// The kernel checks that the counters of all CPUs agree, and leaves the TSC for one of these
// clocks when they do not.
bool kernel_distrusts_tsc() noexcept {
  std::FILE* file =
      std::fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
  if (file == nullptr) return false;
  char name[64] = "";
  const std::size_t length = std::fread(name, 1, sizeof name, file);
  std::fclose(file);
  const std::string_view source(name, length);
  return source.starts_with("hpet") || source.starts_with("acpi_pm") ||
         source.starts_with("refined-jiffies") || source.starts_with("jiffies");
}
#endif

ClockSource choose_source() noexcept {
#if defined(__x86_64__)
  if (cpu_has_invariant_tsc() && !kernel_distrusts_tsc()) return ClockSource::tsc;
#endif
  return ClockSource::clock_gettime;
}

std::uint64_t now_ticks_of(ClockSource source) noexcept {
#if defined(__x86_64__)
  if (source == ClockSource::tsc) return __builtin_ia32_rdtsc();
#endif
  static_cast<void>(source);
  return static_cast<std::uint64_t>(read_clock_ns(CLOCK_MONOTONIC));
}

}  // namespace

std::uint64_t now_ticks_slow() noexcept {
  ClockSource source = clock_source.load(std::memory_order_relaxed);
  if (source == ClockSource::unknown) {
    source = choose_source();
    clock_source.store(source, std::memory_order_relaxed);
  }
  return now_ticks_of(source);
}

namespace {

// The tightest of a few readings, so that an interrupt between both clocks does no harm.
ClockAnchor read_both_clocks() noexcept {
  ClockAnchor best;
  std::uint64_t best_gap = ~std::uint64_t{0};
  for (int i = 0; i < 8; ++i) {
    const std::uint64_t before = now_ticks();
    const std::int64_t monotonic_ns = read_clock_ns(CLOCK_MONOTONIC);
    const std::uint64_t gap = now_ticks() - before;
    if (gap < best_gap) {
      best_gap = gap;
      best.ticks = before + gap / 2;
      best.monotonic_ns = monotonic_ns;
    }
  }
  return best;
}

ClockAnchor read_process_anchor() noexcept {
  ClockAnchor anchor = read_both_clocks();
  const std::int64_t before_ns = read_clock_ns(CLOCK_MONOTONIC);
  const std::int64_t unix_ns = read_clock_ns(CLOCK_REALTIME);
  anchor.unix_ns = unix_ns - before_ns + anchor.monotonic_ns;
  return anchor;
}

}  // namespace

const ClockAnchor& process_anchor() noexcept {
  static const ClockAnchor anchor = read_process_anchor();
  return anchor;
}

ClockAnchor read_clock_anchor() noexcept {
  const ClockAnchor& process = process_anchor();
  ClockAnchor anchor = read_both_clocks();
  anchor.unix_ns = process.unix_ns + (anchor.monotonic_ns - process.monotonic_ns);
  return anchor;
}

Calibration::Calibration(const ClockAnchor& process, const ClockAnchor& start,
                         const ClockAnchor& stop) noexcept
    : start_ticks_(start.ticks), ps_per_tick_q32_(0) {
  constexpr std::int64_t kLongEnoughNs = 100'000'000;
  const bool is_long = stop.monotonic_ns - start.monotonic_ns >= kLongEnoughNs;
  const ClockAnchor& from = is_long ? start : process;
  const auto ticks = static_cast<long double>(std::max<std::uint64_t>(stop.ticks - from.ticks, 1));
  const auto ns = static_cast<long double>(stop.monotonic_ns - from.monotonic_ns);
  ps_per_tick_q32_ = static_cast<std::uint64_t>(std::llroundl(ns * 4294967296e3L / ticks));
}

namespace {

// The line that unix_ns_from_ticks() uses. Readers take it without a lock: `version` is odd while
// it changes, and a reader that saw a change reads again.
class UnixLine {
 public:
  std::int64_t unix_ns(std::uint64_t ticks) noexcept {
    refresh_if_old(ticks);
    for (;;) {
      const std::uint64_t version = version_.load(std::memory_order_acquire);
      const std::uint64_t base_ticks = ticks_.load(std::memory_order_acquire);
      const std::int64_t base_ns = unix_ns_.load(std::memory_order_acquire);
      const double ns_per_tick = ns_per_tick_.load(std::memory_order_acquire);
      if (version % 2 == 0 && version == version_.load(std::memory_order_relaxed)) {
        const auto elapsed = static_cast<double>(static_cast<std::int64_t>(ticks - base_ticks));
        return base_ns + static_cast<std::int64_t>(elapsed * ns_per_tick);
      }
    }
  }

  void lock_for_fork() noexcept { mutex_.lock(); }
  void unlock_after_fork() noexcept { mutex_.unlock(); }

 private:
  void refresh_if_old(std::uint64_t ticks) noexcept {
    const std::uint64_t due = next_refresh_.load(std::memory_order_relaxed);
    if (ticks < due) return;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock() && due != 0) return;
    if (lock.owns_lock()) {
      refresh();
      return;
    }
    const std::lock_guard wait(mutex_);  // the first line is being drawn
  }

  void refresh() noexcept {
    const ClockAnchor& process = process_anchor();
    ClockAnchor now = read_clock_anchor();
    constexpr std::int64_t kFirstBaselineNs = 1'000'000;
    while (now.monotonic_ns - process.monotonic_ns < kFirstBaselineNs) now = read_clock_anchor();
    const double ns_per_tick = Calibration(process, process, now).ns_per_tick();
    version_.fetch_add(1, std::memory_order_acq_rel);
    ticks_.store(now.ticks, std::memory_order_release);
    unix_ns_.store(now.unix_ns, std::memory_order_release);
    ns_per_tick_.store(ns_per_tick, std::memory_order_release);
    version_.fetch_add(1, std::memory_order_release);
    const std::uint64_t age = now.ticks - process.ticks;
    const auto second = static_cast<std::uint64_t>(1e9 / ns_per_tick);
    next_refresh_.store(now.ticks + std::min(age, second), std::memory_order_release);
  }

  std::mutex mutex_;
  std::atomic<std::uint64_t> next_refresh_{0};
  std::atomic<std::uint64_t> version_{0};
  std::atomic<std::uint64_t> ticks_{0};
  std::atomic<std::int64_t> unix_ns_{0};
  std::atomic<double> ns_per_tick_{0};
};

constinit UnixLine unix_line;

void take_unix_line() { unix_line.lock_for_fork(); }
void give_unix_line() { unix_line.unlock_after_fork(); }
// A child of a fork in the middle of a change would wait for its end forever.
[[maybe_unused]] const int unix_line_fork_handlers =
    ::pthread_atfork(take_unix_line, give_unix_line, give_unix_line);

}  // namespace
}  // namespace detail

std::int64_t unix_ns_from_ticks(std::uint64_t ticks) noexcept {
  return detail::unix_line.unix_ns(ticks);
}

}  // namespace opscope::profiler

#include "opscope/profiler/clock.h"

#include <gtest/gtest.h>
#include <time.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "calibration.h"

namespace opscope::profiler {
namespace {

using detail::Calibration;
using detail::ClockAnchor;

std::int64_t realtime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

TEST(Clock, NeverGoesBackOnOneThread) {
  std::uint64_t previous = now_ticks();
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t now = now_ticks();
    ASSERT_GE(now, previous);
    previous = now;
  }
}

TEST(Clock, UnixTimeIsBetweenTheReadingsAroundIt) {
  constexpr std::int64_t kSlackNs = 1'000'000'000;  // the wall clock may be stepped meanwhile
  const std::int64_t before = realtime_ns();
  const std::int64_t ns = unix_ns_from_ticks(now_ticks());
  const std::int64_t after = realtime_ns();
  EXPECT_GE(ns, before - kSlackNs);
  EXPECT_LE(ns, after + kSlackNs);
}

TEST(Clock, UnixTimeMayBeAskedFromManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([] {
      const std::int64_t first = unix_ns_from_ticks(now_ticks());
      for (int n = 0; n < 10'000; ++n) {
        // A new line may begin some nanoseconds off the old one.
        ASSERT_GE(unix_ns_from_ticks(now_ticks()), first - 1'000'000);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

ClockAnchor anchor(std::uint64_t ticks, std::int64_t monotonic_ns) {
  return {.ticks = ticks, .monotonic_ns = monotonic_ns, .unix_ns = 0};
}

TEST(Calibration, DrawsTheLineThroughStartAndStopOfALongSession) {
  // 2.6 GHz from the start on; another rate before, which must not count.
  const std::int64_t second_ns = 1'000'000'000;
  const Calibration line(anchor(0, 0), anchor(5'000'000, 5 * second_ns),
                         anchor(5'000'000 + 2'600'000'000, 6 * second_ns));
  EXPECT_EQ(line.offset_ps(5'000'000), 0u);
  EXPECT_NEAR(static_cast<double>(line.offset_ps(5'000'000 + 2'600'000'000)), 1e12, 1.0);
  EXPECT_NEAR(static_cast<double>(line.duration_ps(26)), 10'000, 1.0);
}

TEST(Calibration, AnHourIsExactToAPicosecondPerSecond) {
  const std::int64_t hour_ns = std::int64_t{3600} * 1'000'000'000;
  const auto hour_ticks = std::uint64_t{3600} * 2'599'999'999;
  const Calibration line(anchor(0, 0), anchor(0, 0), anchor(hour_ticks, hour_ns));
  EXPECT_NEAR(static_cast<double>(line.offset_ps(hour_ticks)), 3.6e15, 3600.0);
}

TEST(Calibration, TakesTheRateOfAShortSessionFromTheProcess) {
  const std::int64_t second_ns = 1'000'000'000;
  // 1 GHz since the process began; the session is 1 us, read 50 ns wrong.
  const Calibration line(anchor(0, 0), anchor(10'000'000'000, 10 * second_ns + 50),
                         anchor(10'000'001'000, 10 * second_ns + 1000));
  EXPECT_NEAR(static_cast<double>(line.duration_ps(1000)), 1e6, 1.0);
}

TEST(Calibration, TicksBeforeTheStartAreTheStart) {
  const Calibration line(anchor(0, 0), anchor(1000, 0), anchor(2000, 1000));
  EXPECT_EQ(line.offset_ps(999), 0u);
}

}  // namespace
}  // namespace opscope::profiler

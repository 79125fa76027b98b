#include "load_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace opscope::profiler::detail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LoadMonitor, SaysWhatTheSamplesSay) {
  const auto cores = static_cast<std::int64_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  // Half of every core for two seconds.
  const proto::MonitorResponse response = describe_load(
      {}, {.monotonic_ns = 2'000'000'000, .cpu_ns = cores * 1'000'000'000}, {}, false);
  EXPECT_THAT(response.data(), HasSubstr("CPU: 50.0% of " + std::to_string(cores) + " cores"));
  EXPECT_THAT(response.data(), HasSubstr("Process: " + std::to_string(::getpid())));
  EXPECT_THAT(response.data(), Not(HasSubstr("Timestamp")));
  EXPECT_THAT(response.data(), Not(HasSubstr("Steps")));
  EXPECT_EQ(response.monitor_result().device_idle_time_percent(), 50);
  EXPECT_EQ(response.monitor_result().response_type(),
            proto::ProfilerServiceMonitorResult::UTIL_IDLE);
}

TEST(LoadMonitor, SummarizesSteps) {
  const proto::MonitorResponse response =
      describe_load({}, {.monotonic_ns = 1, .cpu_ns = 0},
                    {{.duration_ps = 1'000'000'000}, {.duration_ps = 4'000'000'000}}, true);
  EXPECT_THAT(response.data(), HasSubstr("Timestamp: "));
  EXPECT_THAT(response.data(), HasSubstr("Steps: 2, average 2.500 ms, min 1.000 ms, max 4.000 ms"));
  EXPECT_EQ(response.monitor_result().step_time_ms_max(), 4);
}

TEST(LoadMonitor, SeesTheWorkOfTheProcess) {
  const LoadSample begin = read_load();
  LoadSample end = begin;
  while (end.cpu_ns < begin.cpu_ns + 1'000'000) end = read_load();
  EXPECT_GT(end.monotonic_ns, begin.monotonic_ns);
}

}  // namespace
}  // namespace opscope::profiler::detail

#include "load_monitor.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

namespace opscope::profiler::detail {
namespace {

std::int64_t read_clock(clockid_t clock) noexcept {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &local)};
}

// The resident memory of the process, of /proc/self/statm; 0 when that cannot be read.
double resident_mib() {
  std::ifstream file("/proc/self/statm");
  long total = 0;
  long resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::fixed, decimals);
  return {text.data(), end.ptr};
}

struct StepSummary {
  double average_ms = 0;
  double min_ms = 0;
  double max_ms = 0;
};

StepSummary summarize(const std::vector<StepTime>& steps) {
  StepSummary result{.min_ms = 1e300};
  for (const StepTime& step : steps) {
    const double ms = static_cast<double>(step.duration_ps) * 1e-9;
    result.average_ms += ms / static_cast<double>(steps.size());
    result.min_ms = std::min(result.min_ms, ms);
    result.max_ms = std::max(result.max_ms, ms);
  }
  return result;
}

}  // namespace

LoadSample read_load() noexcept {
  return {read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID)};
}

proto::MonitorResponse describe_load(const LoadSample& begin, const LoadSample& end,
                                     const std::vector<StepTime>& steps, bool with_timestamp) {
  const auto cores = static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  const auto elapsed_ns =
      static_cast<double>(std::max<std::int64_t>(1, end.monotonic_ns - begin.monotonic_ns));
  const double busy_cores = static_cast<double>(end.cpu_ns - begin.cpu_ns) / elapsed_ns;
  const double busy_percent = std::clamp(100 * busy_cores / cores, 0., 100.);

  proto::MonitorResponse response;
  std::string& text = *response.mutable_data();
  if (with_timestamp) text += "Timestamp: " + local_time() + "\n";
  text += "Process: " + std::to_string(::getpid()) + "\n";
  text += "CPU: " + fixed(busy_percent, 1) + "% of " + fixed(cores, 0) + " cores (" +
          fixed(busy_cores, 2) + " cores busy)\n";
  text += "Memory: " + fixed(resident_mib(), 1) + " MiB resident\n";
  auto& result = *response.mutable_monitor_result();
  result.set_response_type(proto::ProfilerServiceMonitorResult::UTIL_IDLE);
  result.set_device_idle_time_percent(100 - busy_percent);
  if (steps.empty()) return response;

  const StepSummary summary = summarize(steps);
  text += "Steps: " + std::to_string(steps.size()) + ", average " + fixed(summary.average_ms, 3) +
          " ms, min " + fixed(summary.min_ms, 3) + " ms, max " + fixed(summary.max_ms, 3) + " ms\n";
  result.set_response_type(proto::ProfilerServiceMonitorResult::UTIL_IDLE_STEP);
  result.set_step_time_ms_avg(summary.average_ms);
  result.set_step_time_ms_min(summary.min_ms);
  result.set_step_time_ms_max(summary.max_ms);
  return response;
}

}  // namespace opscope::profiler::detail

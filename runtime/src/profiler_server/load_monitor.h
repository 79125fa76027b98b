// What the process costs the machine over a while.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "opscope/profiler/capture.h"
#include "opscope/proto/profiler_service.pb.h"

namespace opscope::profiler::detail {

// The processor time that the process has used, and when.
struct LoadSample {
  std::int64_t monotonic_ns = 0;
  std::int64_t cpu_ns = 0;
};

[[nodiscard]] LoadSample read_load() noexcept;

// The answer to Monitor: the text, and the numbers that it says. `steps` are those that ended
// between the samples; empty when none were recorded.
[[nodiscard]] proto::MonitorResponse describe_load(const LoadSample& begin, const LoadSample& end,
                                                   const std::vector<StepTime>& steps,
                                                   bool with_timestamp);

}  // namespace opscope::profiler::detail

// What a capture could not keep.
#pragma once

#include <cstdint>

#include "session_data.h"

namespace opscope::profiler::detail {

[[nodiscard]] inline std::uint64_t dropped_events(const CaptureData& capture) noexcept {
  std::uint64_t count = capture.lost_without_thread + capture.lost_samples;
  for (const ThreadLog& thread : capture.threads) count += thread.dropped;
  return count;
}

[[nodiscard]] inline std::uint64_t overwritten_events(const CaptureData& capture) noexcept {
  std::uint64_t count = 0;
  for (const ThreadLog& thread : capture.threads) count += thread.overwritten;
  return count;
}

}  // namespace opscope::profiler::detail

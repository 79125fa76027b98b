// How far long work has come, and the wish to stop it. Shared between the thread that works and the
// thread that shows; every member may be read and written from any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace opscope::viewer {

struct Progress {
  std::atomic<std::uint64_t> bytes_done{0};
  std::atomic<std::uint64_t> bytes_total{0};  // 0 while unknown
  std::atomic<std::uint32_t> files_done{0};
  std::atomic<std::uint32_t> files_total{0};
  std::atomic<bool> cancel_requested{false};
};

// True when `progress` was given and asks to stop.
[[nodiscard]] inline bool is_cancelled(const Progress* progress) noexcept {
  return progress != nullptr && progress->cancel_requested.load(std::memory_order_relaxed);
}

}  // namespace opscope::viewer

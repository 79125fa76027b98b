#include "opscope/runtime/memory.h"

#include "core/allocator.h"
#include "core/thread_pool.h"

namespace opscope {

MemoryInfo memory_info() noexcept {
  const runtime::MemoryStats stats = runtime::memory_stats();
  return {.live_bytes = stats.live_bytes,
          .peak_bytes = stats.peak_bytes,
          .pooled_bytes = stats.pooled_bytes,
          .system_allocations = stats.system_allocations};
}

void reset_peak_memory() noexcept { runtime::reset_peak_bytes(); }

void release_memory() noexcept {
  runtime::default_thread_pool().ask_for_memory();
  runtime::trim_memory();
}

void set_pooled_memory_limit(std::int64_t bytes) noexcept { runtime::set_pooled_limit(bytes); }

}  // namespace opscope

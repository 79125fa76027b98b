#include "exec/memory_report.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "core/allocator.h"
#include "opscope/profiler/profiler.h"

namespace opscope::runtime {
namespace {

std::atomic<std::uint32_t> allocator_name{0};
std::atomic<std::int64_t> peak_bytes{0};

void observe(std::int64_t bytes, std::int64_t live_bytes, const void* address) noexcept {
  if (!profiler::is_recording()) return;
  std::int64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (peak < live_bytes && !peak_bytes.compare_exchange_weak(peak, live_bytes)) {
  }
  const std::int64_t size = bytes > 0 ? bytes : -bytes;
  const profiler::MemoryEvent event{
      .allocator = profiler::NameId{allocator_name.load(std::memory_order_relaxed)},
      .op = running_step,
      .address = reinterpret_cast<std::uintptr_t>(address),
      .allocation_bytes = size,
      .requested_bytes = size,
      .bytes_in_use = live_bytes,
      .peak_bytes_in_use = std::max(peak, live_bytes)};
  if (bytes > 0) {
    profiler::record_allocation(event);
  } else {
    profiler::record_deallocation(event);
  }
}

}  // namespace

void report_memory() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    allocator_name = static_cast<std::uint32_t>(profiler::intern("cpu"));
    set_memory_observer(&observe);
  });
}

}  // namespace opscope::runtime

// Memory for tensors: size-classed free lists, per thread for small blocks, shared for large ones.
#pragma once

#include <cstddef>
#include <cstdint>

namespace opscope::runtime {

// Alignment of every block of 64 bytes or more, so that vector loads never straddle cache lines.
inline constexpr std::size_t kBlockAlignment = 64;

// A block of at least `size` bytes. Throws resource_exhausted if the system has no memory left.
// Freed blocks are kept for reuse up to a bound. Any thread may free what another allocated.
[[nodiscard]] void* allocate_block(std::size_t size);
void free_block(void* block, std::size_t size) noexcept;

// Counts since the process started; peak_bytes can be reset. Tensor buffers only: scalars and other
// values stored inside their TensorRep are not counted as bytes.
struct MemoryStats {
  std::uint64_t system_allocations;  // blocks asked of the system: pool misses
  std::int64_t live_bytes;           // in buffers that are in use
  std::int64_t peak_bytes;           // most live_bytes since the last reset_peak_bytes()
  std::int64_t pooled_bytes;         // kept for reuse in the shared lists
};
[[nodiscard]] MemoryStats memory_stats() noexcept;
void reset_peak_bytes() noexcept;

// Told of every tensor buffer made (bytes > 0) and freed (bytes < 0), on the thread that does it,
// with the live bytes afterwards and where the buffer lies. Must not allocate tensors. Null
// switches it off.
using MemoryObserver = void (*)(std::int64_t bytes, std::int64_t live_bytes,
                                const void* address) noexcept;
void set_memory_observer(MemoryObserver observer) noexcept;

// Accounting by the owner of tensor buffers.
void note_buffer_made(std::int64_t bytes, const void* address) noexcept;
void note_buffer_freed(std::int64_t bytes, const void* address) noexcept;

// While it lives, this thread keeps no free blocks for itself: for threads that pass tensors to
// each other, of which one would otherwise collect what the other asks the system for.
class SharedMemoryScope {
 public:
  SharedMemoryScope() noexcept;
  ~SharedMemoryScope();
  SharedMemoryScope(const SharedMemoryScope&) = delete;
  SharedMemoryScope& operator=(const SharedMemoryScope&) = delete;

 private:
  bool is_outermost_;
};

// Gives everything kept for reuse by this thread and by the shared lists back to the system.
void trim_memory() noexcept;
// Gives what this thread keeps for itself back to the system.
void release_thread_memory() noexcept;
// The most bytes that the shared lists keep from now on; negative: no limit but the usual one, the
// larger of 64 MiB and peak_bytes.
void set_pooled_limit(std::int64_t bytes) noexcept;

}  // namespace opscope::runtime

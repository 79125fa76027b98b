// The memory that tensors take, and what is kept for the next ones.
#pragma once

#include <cstdint>

namespace opscope {

// Memory of freed tensors is kept and given to the next ones, so that a training step asks the
// system for nothing after its first run. What is kept never exceeds the larger of 64 MiB and the
// most bytes that were in use at once, nor the limit below.

// In bytes, of the elements of tensors larger than 32 bytes; smaller ones live in their handles.
struct MemoryInfo {
  std::int64_t live_bytes = 0;           // in use now
  std::int64_t peak_bytes = 0;           // most in use at once since the last reset_peak_memory()
  std::int64_t pooled_bytes = 0;         // kept for the next tensors, shared by all threads
  std::uint64_t system_allocations = 0;  // times the system was asked for memory, since the start
};

// Thread rule of all functions here: any thread, at any time.
[[nodiscard]] MemoryInfo memory_info() noexcept;

// Makes peak_bytes what is in use now.
void reset_peak_memory() noexcept;

// Gives everything that is kept back to the system: the shared part, and what the calling thread
// and idle threads of the pool hold for themselves (at most 256 KiB for each of 36 sizes).
// Programs need it only between phases of very different sizes, or before measuring.
void release_memory() noexcept;

// Keeps at most `bytes` from now on (a negative number: no limit of its own), and gives back at
// once what is above it.
void set_pooled_memory_limit(std::int64_t bytes) noexcept;

}  // namespace opscope

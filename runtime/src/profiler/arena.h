// The memory of one session: address space reserved at once, handed out in equal chunks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace opscope::profiler::detail {

class Arena {
 public:
  // Reserves `bytes` (at least 64 KiB) and makes the first eighth of it, 32 MiB at most, resident.
  // Throws Error resource_exhausted.
  explicit Arena(std::uint64_t bytes);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // The next unused chunk with its pages in memory, or nullptr. Thread-safe, without a lock.
  [[nodiscard]] std::uint64_t* take_chunk() noexcept;

  [[nodiscard]] std::size_t chunk_bytes() const noexcept { return chunk_bytes_; }

  // Gives the pages back to the system; the addresses stay valid. The contents are lost.
  void release_pages() noexcept;

 private:
  std::byte* base_ = nullptr;
  std::size_t size_bytes_ = 0;
  std::size_t chunk_bytes_ = 0;
  std::size_t ready_bytes_ = 0;  // resident from the beginning
  std::atomic<std::size_t> used_bytes_{0};
};

}  // namespace opscope::profiler::detail

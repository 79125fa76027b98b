#include "arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "opscope/error.h"

namespace opscope::profiler::detail {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;
constexpr std::size_t kMaxReadyBytes = std::size_t{32} << 20;

std::size_t round_to_pages(std::uint64_t bytes) {
  return std::max<std::size_t>(bytes / kPageBytes, 1) * kPageBytes;
}

// Puts pages into memory in one call instead of a fault for each. Older kernels refuse; then the
// faults come.
void populate(void* begin, std::size_t size_bytes) noexcept {
#if defined(MADV_POPULATE_WRITE)
  const int saved_errno = errno;
  ::madvise(begin, size_bytes, MADV_POPULATE_WRITE);
  errno = saved_errno;
#else
  static_cast<void>(begin);
  static_cast<void>(size_bytes);
#endif
}

}  // namespace

Arena::Arena(std::uint64_t bytes)
    : size_bytes_(round_to_pages(std::max<std::uint64_t>(bytes, 16 * kPageBytes))),
      chunk_bytes_(
          std::clamp<std::size_t>(round_to_pages(size_bytes_ / 64), kPageBytes, 16 * kPageBytes)) {
  void* const base = ::mmap(nullptr, size_bytes_, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) {
    throw Error(ErrorCode::resource_exhausted,
                "profiler: cannot reserve " + std::to_string(size_bytes_) +
                    " bytes for events; give a smaller Options::buffer_bytes");
  }
  base_ = static_cast<std::byte*>(base);
  ready_bytes_ = std::min(size_bytes_ / 8, kMaxReadyBytes);
  // Only where it is ready before anybody waits for it: clearing a huge page takes a while.
  if (ready_bytes_ >= kHugePageBytes) ::madvise(base_, ready_bytes_, MADV_HUGEPAGE);
  populate(base_, ready_bytes_);
}

Arena::~Arena() { ::munmap(base_, size_bytes_); }

std::uint64_t* Arena::take_chunk() noexcept {
  const std::size_t at = used_bytes_.fetch_add(chunk_bytes_, std::memory_order_relaxed);
  if (at + chunk_bytes_ > size_bytes_) {
    used_bytes_.fetch_sub(chunk_bytes_, std::memory_order_relaxed);
    return nullptr;
  }
  std::byte* const chunk = base_ + at;
  if (at + chunk_bytes_ > ready_bytes_) populate(chunk, chunk_bytes_);
  return reinterpret_cast<std::uint64_t*>(chunk);
}

void Arena::release_pages() noexcept { ::madvise(base_, size_bytes_, MADV_DONTNEED); }

}  // namespace opscope::profiler::detail

#include "core/allocator.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <new>
#include <string>

#include "opscope/error.h"

#if defined(__SANITIZE_ADDRESS__)
#define OPSCOPE_POISON_BLOCKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OPSCOPE_POISON_BLOCKS 1
#endif
#endif
#ifdef OPSCOPE_POISON_BLOCKS
#include <sanitizer/asan_interface.h>
#endif

namespace opscope::runtime {
namespace {
// Classes 0..3 are 64, 128, 192 and 256 bytes; from there each doubling is split in four, so that
// at most a fifth of a block is unused.
constexpr int kSmallClasses = 36;  // up to 64 KiB
constexpr int kClasses = 132;      // up to 1 TiB
constexpr std::int64_t kMinPooledLimit = std::int64_t{64} << 20;

int class_of(std::size_t size) noexcept {
  if (size <= 256) return size == 0 ? 0 : static_cast<int>((size - 1) / 64);
  const int log = static_cast<int>(std::bit_width(size - 1)) - 1;  // 2^log < size <= 2^(log+1)
  const std::size_t quarter = std::size_t{1} << (log - 2);
  return 4 + (log - 8) * 4 + static_cast<int>((size - 1 - (std::size_t{1} << log)) / quarter);
}

std::size_t class_size(int index) noexcept {
  if (index < 4) return static_cast<std::size_t>(index + 1) * 64;
  const int log = 8 + (index - 4) / 4;
  return (std::size_t{1} << log) +
         static_cast<std::size_t>((index - 4) % 4 + 1) * (std::size_t{1} << (log - 2));
}

struct FreeBlock {
  FreeBlock* next;
};

FreeBlock* hide(void* block, [[maybe_unused]] std::size_t size) noexcept {
#ifdef OPSCOPE_POISON_BLOCKS
  __asan_poison_memory_region(static_cast<char*>(block) + sizeof(FreeBlock),
                              size - sizeof(FreeBlock));
#endif
  return static_cast<FreeBlock*>(block);
}

void* reveal(FreeBlock* block, [[maybe_unused]] std::size_t size) noexcept {
#ifdef OPSCOPE_POISON_BLOCKS
  __asan_unpoison_memory_region(block, size);
#endif
  return block;
}

std::atomic<std::uint64_t> system_allocations{0};
std::atomic<std::int64_t> live_bytes{0};
std::atomic<std::int64_t> peak_bytes{0};
std::atomic<std::int64_t> pooled_limit{INT64_MAX};
std::atomic<MemoryObserver> observer{nullptr};

void* allocate_from_system(std::size_t size) {
  static const std::size_t physical_bytes = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                                            static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  system_allocations.fetch_add(1, std::memory_order_relaxed);
  void* block = size > physical_bytes
                    ? nullptr
                    : ::operator new (size, std::align_val_t{kBlockAlignment}, std::nothrow);
  if (block == nullptr) {
    throw Error(ErrorCode::resource_exhausted,
                "Out of memory: a tensor of " + std::to_string(size) + " bytes was asked for");
  }
  return block;
}

void free_to_system(void* block) noexcept {
  ::operator delete (block, std::align_val_t{kBlockAlignment});
}

// Free blocks any thread may take.
class SharedLists {
 public:
  FreeBlock* take(int index) noexcept {
    const std::lock_guard lock(mutex_);
    FreeBlock*& head = heads_[static_cast<std::size_t>(index)];
    FreeBlock* block = head;
    if (block == nullptr) return nullptr;
    head = block->next;
    pooled_bytes_ -= static_cast<std::int64_t>(class_size(index));
    return block;
  }

  // False if enough is kept already.
  bool give(int index, FreeBlock* block) noexcept {
    const auto size = static_cast<std::int64_t>(class_size(index));
    const std::int64_t limit =
        std::min(pooled_limit.load(std::memory_order_relaxed),
                 std::max(kMinPooledLimit, peak_bytes.load(std::memory_order_relaxed)));
    const std::lock_guard lock(mutex_);
    if (pooled_bytes_ + size > limit) return false;
    block->next = heads_[static_cast<std::size_t>(index)];
    heads_[static_cast<std::size_t>(index)] = block;
    pooled_bytes_ += size;
    return true;
  }

  std::int64_t pooled_bytes() noexcept {
    const std::lock_guard lock(mutex_);
    return pooled_bytes_;
  }

 private:
  std::mutex mutex_;
  std::array<FreeBlock*, kClasses> heads_{};
  std::int64_t pooled_bytes_ = 0;
};

// Never destroyed: tensors in static objects are freed late.
SharedLists& shared_lists() {
  static SharedLists& lists = *new SharedLists;
  return lists;
}

// Trivial, so that access needs no guard; ThreadEnd empties it when the thread ends.
struct ThreadLists {
  std::array<FreeBlock*, kSmallClasses> heads;
  std::array<std::uint16_t, kSmallClasses> counts;
  bool is_registered;
  bool has_ended;
  bool is_off;  // has_ended, or a SharedMemoryScope lives: the lists are empty and stay so
};
constinit thread_local ThreadLists thread_lists{};

std::uint16_t thread_limit(int index) noexcept {
  return static_cast<std::uint16_t>(
      std::clamp<std::size_t>((std::size_t{256} << 10) / class_size(index), 4, 256));
}

void give_back(int index, FreeBlock* block) noexcept {
  if (!shared_lists().give(index, block)) {
    free_to_system(reveal(block, class_size(index)));
  }
}

void drain_thread_lists() noexcept {
  for (int index = 0; index < kSmallClasses; ++index) {
    const auto slot = static_cast<std::size_t>(index);
    while (FreeBlock* block = thread_lists.heads[slot]) {
      thread_lists.heads[slot] = block->next;
      give_back(index, block);
    }
    thread_lists.counts[slot] = 0;
  }
}

struct ThreadEnd {
  ThreadEnd() noexcept { thread_lists.is_registered = true; }
  ~ThreadEnd() {
    drain_thread_lists();
    thread_lists.has_ended = true;
    thread_lists.is_off = true;
  }
};

// Large blocks first: fewer of them make up the bytes.
void trim_shared_lists(std::int64_t limit) noexcept {
  for (int index = kClasses; index-- > 0;) {
    while (shared_lists().pooled_bytes() > limit) {
      FreeBlock* block = shared_lists().take(index);
      if (block == nullptr) break;
      free_to_system(reveal(block, class_size(index)));
    }
  }
}

void register_thread() noexcept { static thread_local ThreadEnd end; }

void free_small(int index, FreeBlock* block) noexcept {
  ThreadLists& lists = thread_lists;
  if (lists.is_off) [[unlikely]] {
    give_back(index, block);
    return;
  }
  if (!lists.is_registered) [[unlikely]]
    register_thread();
  const auto slot = static_cast<std::size_t>(index);
  block->next = lists.heads[slot];
  lists.heads[slot] = block;
  if (++lists.counts[slot] <= thread_limit(index)) return;
  for (int n = lists.counts[slot] / 2; n > 0; --n) {
    FreeBlock* extra = lists.heads[slot];
    lists.heads[slot] = extra->next;
    --lists.counts[slot];
    give_back(index, extra);
  }
}
}  // namespace

void* allocate_block(std::size_t size) {
  const int index = class_of(size);
  if (index < kSmallClasses) {
    const auto slot = static_cast<std::size_t>(index);
    if (FreeBlock* block = thread_lists.heads[slot]) {
      thread_lists.heads[slot] = block->next;
      --thread_lists.counts[slot];
      return reveal(block, class_size(index));
    }
  }
  if (index >= kClasses) return allocate_from_system(size);
  if (FreeBlock* block = shared_lists().take(index)) return reveal(block, class_size(index));
  return allocate_from_system(class_size(index));
}

void free_block(void* block, std::size_t size) noexcept {
  const int index = class_of(size);
  if (index >= kClasses) {
    free_to_system(block);
  } else if (index < kSmallClasses) {
    free_small(index, hide(block, class_size(index)));
  } else {
    give_back(index, hide(block, class_size(index)));
  }
}

SharedMemoryScope::SharedMemoryScope() noexcept : is_outermost_(!thread_lists.is_off) {
  if (!is_outermost_) return;
  drain_thread_lists();
  thread_lists.is_off = true;
}

SharedMemoryScope::~SharedMemoryScope() {
  if (is_outermost_) thread_lists.is_off = thread_lists.has_ended;
}

MemoryStats memory_stats() noexcept {
  return {.system_allocations = system_allocations.load(std::memory_order_relaxed),
          .live_bytes = live_bytes.load(std::memory_order_relaxed),
          .peak_bytes = peak_bytes.load(std::memory_order_relaxed),
          .pooled_bytes = shared_lists().pooled_bytes()};
}

void reset_peak_bytes() noexcept {
  peak_bytes.store(live_bytes.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

void set_memory_observer(MemoryObserver next) noexcept { observer.store(next); }

void note_buffer_made(std::int64_t bytes, const void* address) noexcept {
  const std::int64_t live = live_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  std::int64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (live > peak && !peak_bytes.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
  }
  if (const MemoryObserver notify = observer.load(std::memory_order_relaxed))
    notify(bytes, live, address);
}

void note_buffer_freed(std::int64_t bytes, const void* address) noexcept {
  const std::int64_t live = live_bytes.fetch_sub(bytes, std::memory_order_relaxed) - bytes;
  if (const MemoryObserver notify = observer.load(std::memory_order_relaxed))
    notify(-bytes, live, address);
}

void trim_memory() noexcept {
  drain_thread_lists();
  trim_shared_lists(0);
}

void release_thread_memory() noexcept {
  for (int index = 0; index < kSmallClasses; ++index) {
    const auto slot = static_cast<std::size_t>(index);
    while (FreeBlock* block = thread_lists.heads[slot]) {
      thread_lists.heads[slot] = block->next;
      free_to_system(reveal(block, class_size(index)));
    }
    thread_lists.counts[slot] = 0;
  }
}

void set_pooled_limit(std::int64_t bytes) noexcept {
  const std::int64_t limit = bytes < 0 ? INT64_MAX : bytes;
  pooled_limit.store(limit, std::memory_order_relaxed);
  trim_shared_lists(limit);
}

}  // namespace opscope::runtime

#include "perf_event.h"

#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace opscope::profiler::detail {
namespace {

// The kernel lets every user lock half a megabyte for each CPU.
constexpr std::size_t kRingBytes = std::size_t{1} << 15;

std::size_t page_bytes() noexcept { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }
std::size_t mapped_bytes() noexcept { return page_bytes() + kRingBytes; }

perf_event_attr attributes(std::int64_t period_ns) noexcept {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_CPU_CLOCK;
  attr.sample_period = static_cast<std::uint64_t>(period_ns);
  attr.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_CALLCHAIN;
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  attr.exclude_callchain_kernel = 1;
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  return attr;
}

}  // namespace

PerfEvent::PerfEvent(pid_t tid, std::int64_t period_ns) : tid_(tid) {
  perf_event_attr attr = attributes(period_ns);
  constexpr int kAnyCpu = -1;
  constexpr int kNoGroup = -1;
  fd_ = static_cast<int>(
      ::syscall(SYS_perf_event_open, &attr, tid, kAnyCpu, kNoGroup, PERF_FLAG_FD_CLOEXEC));
  if (fd_ < 0) {
    error_ = errno;
    return;
  }
  void* const memory = ::mmap(nullptr, mapped_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (memory == MAP_FAILED) {
    error_ = errno;
    ::close(std::exchange(fd_, -1));
    return;
  }
  memory_ = memory;
}

PerfEvent::PerfEvent(PerfEvent&& other) noexcept
    : tid_(other.tid_),
      fd_(std::exchange(other.fd_, -1)),
      error_(other.error_),
      memory_(std::exchange(other.memory_, nullptr)),
      head_(other.head_),
      tail_(other.tail_) {}

PerfEvent::~PerfEvent() {
  if (memory_ != nullptr) ::munmap(memory_, mapped_bytes());
  if (fd_ >= 0) ::close(fd_);
}

void PerfEvent::forget_parent() noexcept {
  memory_ = nullptr;
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void PerfEvent::begin_drain() noexcept {
  if (memory_ == nullptr) return;
  auto* const page = static_cast<perf_event_mmap_page*>(memory_);
  head_ = std::atomic_ref(page->data_head).load(std::memory_order_acquire);
  tail_ = page->data_tail;
}

const PerfEvent::Record* PerfEvent::next_record() {
  perf_event_header header{};
  if (head_ - tail_ < sizeof header) return nullptr;
  copy_out(tail_, &header, sizeof header);
  if (header.size < sizeof header || header.size > head_ - tail_) {
    tail_ = head_;
    return nullptr;
  }
  record_.type = header.type;
  record_.words.resize((header.size - sizeof header) / sizeof(std::uint64_t));
  copy_out(tail_ + sizeof header, record_.words.data(), record_.words.size() * 8);
  tail_ += header.size;
  return &record_;
}

void PerfEvent::end_drain() noexcept {
  if (memory_ == nullptr) return;
  auto* const page = static_cast<perf_event_mmap_page*>(memory_);
  std::atomic_ref(page->data_tail).store(tail_, std::memory_order_release);
}

void PerfEvent::copy_out(std::uint64_t at, void* to, std::size_t count) const noexcept {
  const auto* const data = static_cast<const char*>(memory_) + page_bytes();
  const std::size_t from = at % kRingBytes;
  const std::size_t first = std::min(count, kRingBytes - from);
  std::memcpy(to, data + from, first);
  std::memcpy(static_cast<char*>(to) + first, data, count - first);
}

bool PerfEvent::parse_sample(const Record& record, PerfSample& sample) noexcept {
  if (record.type != PERF_RECORD_SAMPLE || record.words.size() < 2) return false;
  sample.monotonic_ns = static_cast<std::int64_t>(record.words[0]);
  std::span<const std::uint64_t> frames(record.words);
  frames = frames.subspan(2, std::min<std::size_t>(record.words[1], frames.size() - 2));
  // Marks such as PERF_CONTEXT_USER say whose the following addresses are.
  while (!frames.empty() && frames.front() >= PERF_CONTEXT_MAX) frames = frames.subspan(1);
  sample.frames = frames;
  return !frames.empty();
}

std::uint64_t PerfEvent::lost_in(const Record& record) noexcept {
  return record.type == PERF_RECORD_LOST && record.words.size() >= 2 ? record.words[1] : 0;
}

}  // namespace opscope::profiler::detail

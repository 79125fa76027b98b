// One thread's CPU clock as a perf_event that gives call chains.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace opscope::profiler::detail {

// A sample as it is handed out: `frames` innermost first, valid during the call.
struct PerfSample {
  std::int64_t monotonic_ns = 0;
  std::span<const std::uint64_t> frames;
};

class PerfEvent {
 public:
  // Opens the event of thread `tid` of this process; one sample for each `period_ns` of its CPU
  // time in user mode. Afterwards error() is 0, or the errno that the kernel gave.
  PerfEvent(pid_t tid, std::int64_t period_ns);
  ~PerfEvent();
  PerfEvent(PerfEvent&& other) noexcept;
  PerfEvent& operator=(PerfEvent&&) = delete;

  [[nodiscard]] int error() const noexcept { return error_; }
  [[nodiscard]] pid_t tid() const noexcept { return tid_; }

  // Hands out what came since the last call. Gives the number of samples that the kernel lost.
  template <typename Visit>
  std::uint64_t drain(Visit&& visit) {
    std::uint64_t lost = 0;
    begin_drain();
    while (const Record* record = next_record()) {
      PerfSample sample;
      if (parse_sample(*record, sample)) visit(sample);
      lost += lost_in(*record);
    }
    end_drain();
    return lost;
  }

  // In the child of a fork, which has the descriptor but not the memory.
  void forget_parent() noexcept;

 private:
  struct Record {
    std::uint32_t type = 0;
    std::vector<std::uint64_t> words;  // behind the header
  };

  void begin_drain() noexcept;
  [[nodiscard]] const Record* next_record();
  void end_drain() noexcept;
  [[nodiscard]] static bool parse_sample(const Record& record, PerfSample& sample) noexcept;
  [[nodiscard]] static std::uint64_t lost_in(const Record& record) noexcept;
  void copy_out(std::uint64_t at, void* to, std::size_t count) const noexcept;

  pid_t tid_ = 0;
  int fd_ = -1;
  int error_ = 0;
  void* memory_ = nullptr;
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
  Record record_;
};

}  // namespace opscope::profiler::detail

// Where the threads of the process spend their CPU time, sampled by Linux's perf_event.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace opscope::profiler::detail {

// The call chains of one thread, by time. The chain of sample i is frames[begin[i]] up to
// frames[begin[i + 1]], innermost first: program counters, all but the first return addresses.
struct ThreadSamples {
  pid_t tid = 0;
  std::string name;  // as the system knows the thread
  std::vector<std::int64_t> monotonic_ns;
  std::vector<std::size_t> begin{0};
  std::vector<std::uint64_t> frames;

  [[nodiscard]] std::size_t size() const noexcept { return monotonic_ns.size(); }
};

struct SampleLog {
  std::int64_t period_ns = 0;
  std::vector<ThreadSamples> threads;
  std::uint64_t lost = 0;  // found no room, here or in the kernel
  std::string refusal;     // why there are none, when the kernel refuses
};

// Samples all threads of the process from construction to stop(), a thread that starts later from
// its add_this_thread() or a few milliseconds after its start on. Its own thread is left out.
class Sampler {
 public:
  // At most `max_bytes` of call chains are kept. Never throws because the kernel refuses: that is
  // logged, and told by SampleLog::refusal.
  Sampler(std::uint32_t samples_per_second, std::uint64_t max_bytes);
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  void add_this_thread();

  // What was sampled. Once only.
  [[nodiscard]] SampleLog stop();

  // Around a fork(), so that its thread does not allocate meanwhile; in the child, where that
  // thread is not, forget_parent() follows instead, and after it nothing else may.
  void lock_for_fork() noexcept;
  void unlock_after_fork() noexcept;
  void forget_parent() noexcept;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace opscope::profiler::detail

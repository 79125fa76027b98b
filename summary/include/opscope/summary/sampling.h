// When to record: a counter of steps, and policies for recording only now and then.
//
//   EveryNSteps often(100);
//   for (StepCounter step; running; step.next()) {
//     const RecordIf guard(often(step.current()));
//     writer.scalar("loss", loss, step.current());
//   }
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

namespace opscope::summary {

// A step that threads share. Every function may be called from any thread.
class StepCounter {
 public:
  explicit StepCounter(std::int64_t first = 0) noexcept : step_(first) {}

  [[nodiscard]] std::int64_t current() const noexcept { return step_.load(); }
  // Goes to the next step and gives it; every caller gets another one.
  std::int64_t next() noexcept { return step_.fetch_add(1) + 1; }
  void set(std::int64_t step) noexcept { step_.store(step); }

 private:
  std::atomic<std::int64_t> step_;
};

// True for the multiples of n.
class EveryNSteps {
 public:
  // Throws invalid_argument for n < 1.
  explicit EveryNSteps(std::int64_t n);

  [[nodiscard]] bool operator()(std::int64_t step) const noexcept { return step % n_ == 0; }

 private:
  std::int64_t n_;
};

// True when asked first, and then when the time has passed since it was true; for one of the
// threads that ask.
class EverySeconds {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // Throws invalid_argument for less than 0 and for NaN. An empty clock is the system's.
  explicit EverySeconds(double seconds, Clock clock = {});

  [[nodiscard]] bool operator()();

 private:
  double seconds_;
  Clock clock_;
  std::mutex mutex_;
  bool has_recorded_ = false;
  std::chrono::steady_clock::time_point last_;
};

// While one with a false condition lives, functions that record write nothing in this thread;
// scalars, histograms, pictures and sounds are not even encoded. Flushing and closing go on as
// ever. Ends in the thread that made it, in reverse order.
class [[nodiscard]] RecordIf {
 public:
  explicit RecordIf(bool condition) noexcept;
  ~RecordIf();
  RecordIf(const RecordIf&) = delete;
  RecordIf& operator=(const RecordIf&) = delete;

 private:
  bool outer_;
};

// Whether this thread records: false below a RecordIf that is false.
[[nodiscard]] bool should_record() noexcept;

}  // namespace opscope::summary

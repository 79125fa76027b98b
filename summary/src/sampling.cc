#include "opscope/summary/sampling.h"

#include <string>
#include <utility>

#include "opscope/error.h"

namespace opscope::summary {
namespace {

constinit thread_local bool t_should_record = true;

}  // namespace

EveryNSteps::EveryNSteps(std::int64_t n) : n_(n) {
  if (n < 1) {
    throw Error(ErrorCode::invalid_argument,
                "recording every " + std::to_string(n) + " steps: at least 1 is needed");
  }
}

EverySeconds::EverySeconds(double seconds, Clock clock)
    : seconds_(seconds), clock_(std::move(clock)) {
  if (!(seconds >= 0)) {
    throw Error(ErrorCode::invalid_argument,
                "recording every " + std::to_string(seconds) + " seconds: at least 0 is needed");
  }
  if (!clock_) clock_ = [] { return std::chrono::steady_clock::now(); };
}

bool EverySeconds::operator()() {
  const std::lock_guard lock(mutex_);
  const std::chrono::steady_clock::time_point now = clock_();
  if (has_recorded_ && std::chrono::duration<double>(now - last_).count() < seconds_) return false;
  has_recorded_ = true;
  last_ = now;
  return true;
}

RecordIf::RecordIf(bool condition) noexcept
    : outer_(std::exchange(t_should_record, t_should_record && condition)) {}

RecordIf::~RecordIf() { t_should_record = outer_; }

bool should_record() noexcept { return t_should_record; }

}  // namespace opscope::summary

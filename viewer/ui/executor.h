// Where work that must not hold up a frame is done: threads in the window, at once in tests.
#pragma once

#include <functional>

namespace opscope::viewer {

class Executor {
 public:
  virtual ~Executor() = default;

  // Runs `job` some time, on some thread, perhaps before returning.
  virtual void post(std::function<void()> job) = 0;
};

// Does the work before post() returns.
class InlineExecutor final : public Executor {
 public:
  void post(std::function<void()> job) override { job(); }
};

}  // namespace opscope::viewer

// Does the work of the viewer's executor on a few threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "ui/executor.h"

namespace opscope::viewer {

class ThreadExecutor final : public Executor {
 public:
  explicit ThreadExecutor(unsigned threads);
  // Waits for the jobs that run; drops those that wait.
  ~ThreadExecutor() override;

  void post(std::function<void()> job) override;

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace opscope::viewer

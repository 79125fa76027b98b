// Results on their way from the working threads to the frame's thread.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace opscope::viewer {

class Inbox {
 public:
  // `wake` is called after every put(), on the thread that puts; it may be empty.
  explicit Inbox(std::function<void()> wake = {}) : wake_(std::move(wake)) {}

  // From any thread: `apply` will run on the frame's thread.
  void put(std::function<void()> apply) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(apply));
    }
    if (wake_) wake_();
  }

  // On the frame's thread: applies what came in; true when there was something.
  bool apply_all() {
    std::vector<std::function<void()>> ready;
    {
      const std::lock_guard lock(mutex_);
      ready.swap(waiting_);
    }
    for (const auto& apply : ready) apply();
    return !ready.empty();
  }

 private:
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
  std::function<void()> wake_;
};

}  // namespace opscope::viewer

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

  // From any thread: `apply` will run on the frame's thread and say whether the picture changes.
  void put(std::function<bool()> apply) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(apply));
    }
    if (wake_) wake_();
  }

  // On the frame's thread: applies what came in; true when the picture changes by it.
  bool apply_all() {
    std::vector<std::function<bool()>> ready;
    {
      const std::lock_guard lock(mutex_);
      ready.swap(waiting_);
    }
    bool changed = false;
    for (const auto& apply : ready) changed |= apply();
    return changed;
  }

 private:
  std::mutex mutex_;
  std::vector<std::function<bool()>> waiting_;
  std::function<void()> wake_;
};

}  // namespace opscope::viewer

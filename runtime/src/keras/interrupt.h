// Ctrl-C during fit(): ends the training in good order.
#pragma once

namespace opscope::keras {

// While it lives, the first SIGINT only sets a flag, if the program has no handler of its own; the
// second one has its usual effect. One at a time in a process; others do nothing.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  [[nodiscard]] bool was_interrupted() const noexcept;
  // Restores what was, then raises the signal again if it came.
  void finish();

 private:
  void restore() noexcept;
  bool is_active_ = false;
};

}  // namespace opscope::keras

// How much may still be done. Counted in items touched, so that results do not depend on the
// machine's speed. And how a cancelled call ends: deep inside of loops of many kinds, within
// milliseconds, so by an exception; it never leaves layout_layered() or GraphLayouter.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/layout/layered.h"

namespace opscope::viewer::layered {

struct Cancelled {};

// Costs about as much as reading an int; called at least once for each item of any long loop.
inline void stop_if_cancelled(const CancelToken& cancel) {
  if (cancel.is_cancelled()) throw Cancelled{};
}

// Sorts as std::sort and stops in the middle of it when cancelled.
template <typename Range, typename Less>
void sort_unless_cancelled(Range& range, const CancelToken& cancel, const Less& less) {
  std::sort(range.begin(), range.end(), [&](const auto& a, const auto& b) {
    stop_if_cancelled(cancel);
    return less(a, b);
  });
}

class WorkBudget {
 public:
  WorkBudget(std::int64_t units, const CancelToken& cancel) : left_(units), cancel_(cancel) {}

  // False when nothing is left. Throws Cancelled.
  bool spend(std::int64_t units) {
    left_ -= units;
    layered::stop_if_cancelled(cancel_);
    return left_ > 0;
  }
  void stop_if_cancelled() const { layered::stop_if_cancelled(cancel_); }
  [[nodiscard]] const CancelToken& cancel() const noexcept { return cancel_; }

 private:
  std::int64_t left_;
  const CancelToken& cancel_;
};

}  // namespace opscope::viewer::layered

// How much may still be done. Counted in items touched, so that results do not depend on the
// machine's speed; only a cancelled call depends on when it was cancelled.
#pragma once

#include <cstdint>

#include "model/layout/layered.h"

namespace opscope::viewer::layered {

class WorkBudget {
 public:
  WorkBudget(std::int64_t units, const CancelToken& cancel) : left_(units), cancel_(cancel) {}

  // False when nothing is left or the call was cancelled.
  bool spend(std::int64_t units) noexcept {
    left_ -= units;
    return left_ > 0 && !cancel_.is_cancelled();
  }
  [[nodiscard]] bool is_cancelled() const noexcept { return cancel_.is_cancelled(); }

 private:
  std::int64_t left_;
  const CancelToken& cancel_;
};

}  // namespace opscope::viewer::layered

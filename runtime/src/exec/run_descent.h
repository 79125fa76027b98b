// A step of gradient descent whose gradient is a matrix product.
#pragma once

#include "core/thread_pool.h"
#include "exec/frame.h"
#include "exec/plan.h"

namespace opscope::runtime {

// Runs both members of `step`, a fused step of a group that is a descent, in one pass over the
// variable: the gradient is never stored. The bits are those of the members one by one.
// Returns false, having done nothing, when they must run one by one: sizes that are too small or
// too deep, and everything that is an error.
[[nodiscard]] bool run_descent(const Plan& plan, const Step& step, Slot* slots, ThreadPool* pool);

}  // namespace opscope::runtime

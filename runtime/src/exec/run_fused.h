// Running a fused step in blocks.
#pragma once

#include <cstdint>

#include "core/thread_pool.h"
#include "exec/frame.h"
#include "exec/plan.h"

namespace opscope::runtime {

// Computes the members of `step` (of kind fused) that are read outside of its group into their
// slots, block by block, and returns true. Every element goes through the very kernels that would
// run otherwise, so that the results are the same bits.
// Returns false, having done nothing, when the members must run one by one: results of less than
// two blocks, and shapes that do not all follow from one shape by broadcasting, such as those that
// do not fit. `forwardable`: inputs whose memory may be reused. Throws what kernels throw, after
// setting `failed_member`.
[[nodiscard]] bool run_fused(const Plan& plan, const Step& step, Slot* slots,
                             std::uint64_t forwardable, ThreadPool* pool,
                             std::uint32_t* failed_member);

}  // namespace opscope::runtime

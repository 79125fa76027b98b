// Running the units of a plan on several threads, as their dependencies allow.
#pragma once

#include <cstdint>

#include "core/function_ref.h"
#include "core/thread_pool.h"
#include "exec/frame.h"
#include "exec/plan.h"

namespace opscope::runtime {

// Runs one unit; `forwardable`: inputs whose memory may be reused.
using RunUnit = FunctionRef<void(const Step& unit, std::uint64_t forwardable)>;

// Runs every unit of `plan`, which has dependencies, on the calling thread and on workers of the
// pool that are free; releases values when all their readers are done. The values are those of a
// run in order. When units throw, those that come later in the order are not started any more, and
// the exception of the earliest is thrown once nothing runs: the one that a run in order meets.
void run_units(const Plan& plan, Slot* slots, ThreadPool& pool, RunUnit run_unit);

}  // namespace opscope::runtime

// Buffers that tensors take and give back, as memory events of a profile.
#pragma once

#include "opscope/profiler/names.h"

namespace opscope::runtime {

// From the first call on, while a profile is recorded, buffers are reported with the step that runs
// on their thread. Thread-safe.
void report_memory() noexcept;

// The step that this thread runs, for those reports.
inline constinit thread_local profiler::NameId running_step = profiler::NameId::none;

}  // namespace opscope::runtime

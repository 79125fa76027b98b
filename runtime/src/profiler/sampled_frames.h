// Turning samples into events beneath the zones of their threads.
#pragma once

#include "sampler.h"
#include "session_data.h"

namespace opscope::profiler::detail {

// Adds an event to the threads of `capture` for each function that was met in consecutive samples
// of a thread, with the number of those. Each stands for the time around its samples, half a period
// before and after where no neighbour is nearer, but never beyond the ends of the zones and other
// events that are around it: a sampled function is always nested in what the program recorded. What
// runs before main() or a thread's function is left out.
void add_sampled_frames(CaptureData& capture, const SampleLog& log);

}  // namespace opscope::profiler::detail

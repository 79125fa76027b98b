// The work of `opscope capture`.
#pragma once

#include <atomic>
#include <iosfwd>

#include "capture_options.h"

namespace opscope::profiler {

// Asks all programs, writes what they answer, says what it wrote to `out` and who is missing to
// `err`. 0: every profile is there; 1: some are missing; 130: interrupted. Throws Error when the
// logdir cannot be written.
[[nodiscard]] int run_capture(const CaptureOptions& options,
                              const std::atomic<bool>& is_interrupted, std::ostream& out,
                              std::ostream& err);

}  // namespace opscope::profiler

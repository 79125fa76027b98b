// The slow path of recording: threads join the running session, take chunks, and leave.
#pragma once

#include <memory>
#include <string_view>

#include "session_data.h"

namespace opscope::profiler::detail {

// Begins a session; throws failed_precondition when one is running.
void begin_session(const Options& options);

// Ends it; nullptr when none is running. `what` it recorded, sorted by thread.
[[nodiscard]] std::unique_ptr<CaptureData> end_session();

void rename_this_thread(std::string_view name);

}  // namespace opscope::profiler::detail

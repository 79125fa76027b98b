// A capture as Chrome's trace event JSON.
#pragma once

#include <string>

#include "session_data.h"

namespace opscope::profiler::detail {

// Throws Error with the path.
void write_chrome_trace(const CaptureData& capture, const std::string& path, bool gzip);

}  // namespace opscope::profiler::detail

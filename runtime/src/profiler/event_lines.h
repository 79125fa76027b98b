// Sorting the records of a capture into the lines of a profile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session_data.h"
#include "start_order.h"

namespace opscope::profiler::detail {

// XProf draws what is on a line of this name as counters.
inline constexpr const char* kCounterLineName = "_counters_";

struct EventLine {
  std::uint64_t id = 0;  // a thread's; above every thread's for the other lines
  std::string name;
  RecordFilter filter;
  std::vector<DatedChunk> chunks;  // those with records of this line
};

// A line for each thread, by thread id, then the counters' and one for each name of frames, by
// NameId; only those that hold something. One pass over all records.
[[nodiscard]] std::vector<EventLine> plan_event_lines(const CaptureData& capture);

}  // namespace opscope::profiler::detail

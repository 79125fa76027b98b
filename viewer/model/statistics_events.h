// The events a statistics request counts, one after the other, cut to its range.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/op_statistics.h"

namespace opscope::viewer {

struct CountedEvent {
  std::uint32_t line = 0;
  std::uint32_t event = 0;
  std::int64_t whole_ps = 0;  // the whole duration
  std::int64_t total_ps = 0;  // what lies in the range
  std::int64_t self_ps = 0;   // of that, what lies in no nested event
};

// Self times of `line` within `range`: the same sweep as nest_events(), on what is inside.
[[nodiscard]] std::vector<std::int64_t> self_times_within(const ProfileLine& line, TimeRange range);

// Calls `visit(const CountedEvent&)` line by line, by start.
template <typename Visit>
void for_each_counted_event(const Profile& profile, const StatisticsRequest& request,
                            const Visit& visit) {
  const auto count_line = [&](std::uint32_t index) {
    const ProfileLine& line = profile.lines.at(index);
    if (!request.range) {
      for (std::uint32_t event = 0; event < line.size(); ++event) {
        const std::int64_t duration = line.duration_ps[event];
        visit(CountedEvent{index, event, duration, duration, line.self_ps[event]});
      }
      return;
    }
    const std::vector<std::int64_t> self = self_times_within(line, *request.range);
    for (std::uint32_t event = 0; event < line.size(); ++event) {
      const std::int64_t begin = std::max(line.start_ps[event], request.range->begin_ps);
      const std::int64_t end = std::min(line.end_ps(event), request.range->end_ps);
      const bool is_instant = line.duration_ps[event] == 0 && begin == end;
      if (end < begin || (end == begin && !is_instant) || begin >= request.range->end_ps) continue;
      visit(CountedEvent{index, event, line.duration_ps[event], end - begin, self[event]});
    }
  };
  if (!request.lines.empty()) {
    for (const std::uint32_t index : request.lines) count_line(index);
    return;
  }
  for (std::uint32_t index = 0; index < profile.lines.size(); ++index) count_line(index);
}

}  // namespace opscope::viewer

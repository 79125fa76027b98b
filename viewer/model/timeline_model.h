// What a timeline draws: never more rectangles than pixels, whatever the number of events.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/profile.h"

namespace opscope::viewer {

// A stretch of time, [begin_ps, end_ps).
struct TimeRange {
  std::int64_t begin_ps = 0;
  std::int64_t end_ps = 0;
};

// One rectangle: a single event, or `event_count` neighbours that share a pixel.
struct VisibleSlice {
  std::int64_t begin_ps = 0;
  std::int64_t end_ps = 0;
  std::uint32_t event = 0;  // the event, or the longest found among those merged
  std::uint32_t event_count = 1;
  float busy = 1;  // part of [begin, end) that events cover, 0..1
};

// The slices of one depth of a line that are seen in `range` on `width_px` pixels, by start.
// At most 2 * width_px + 2 slices, found in O(width_px * log(events)).
[[nodiscard]] std::vector<VisibleSlice> visible_slices(const ProfileLine& line, std::size_t depth,
                                                       TimeRange range, int width_px);

// The event of `depth` that covers `time_ps`, if there is one.
[[nodiscard]] std::optional<std::uint32_t> event_at(const ProfileLine& line, std::size_t depth,
                                                    std::int64_t time_ps);

// The next (direction > 0) or previous (direction < 0) event of the same line with the same name.
[[nodiscard]] std::optional<std::uint32_t> next_equal_event(const ProfileLine& line,
                                                            std::uint32_t event, int direction);

// One column of an area chart: the extremes of the counter within a pixel.
struct CounterColumn {
  std::int64_t begin_ps = 0;
  std::int64_t end_ps = 0;
  double min = 0;
  double max = 0;
  double last = 0;
};

// The counter in `range`, at most `width_px` columns; a value holds until the next one.
[[nodiscard]] std::vector<CounterColumn> visible_counter(const ProfileCounter& counter,
                                                         TimeRange range, int width_px);

// Flows with an end inside `range`, at most `limit`, those between the visible lines first seen.
[[nodiscard]] std::vector<ProfileFlow> visible_flows(const Profile& profile, TimeRange range,
                                                     std::size_t limit);

// Round positions for an axis over `range`, about one every `spacing_px` of `width_px` pixels;
// steps are 1, 2 or 5 times a power of ten of a picosecond.
struct TimeTicks {
  std::int64_t step_ps = 1;
  std::vector<std::int64_t> times_ps;
};
[[nodiscard]] TimeTicks time_ticks(TimeRange range, int width_px, int spacing_px);

}  // namespace opscope::viewer

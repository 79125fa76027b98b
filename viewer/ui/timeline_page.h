// The timeline in the window: mouse and keys move it, a drag selects a range whose statistics
// appear below.
#pragma once

#include <cstdint>
#include <string>

#include "ui/timeline_drawing.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

// What the page remembers between frames and does not save.
struct TimelinePage {
  TimelineRows rows;
  const Profile* rows_of = nullptr;
  std::string rows_filter;
  std::size_t rows_folded = 0;
  float range_height = 220;
  bool is_selecting = false;
  bool is_panning = false;
  std::int64_t drag_begin_ps = 0;
};

void draw_timeline_page(UiContext& ui, TimelinePage& page);

// Moves `view` so that `event` is in the middle and selected.
void reveal_event(const Profile& profile, TimelineView& view, EventRef event);

// Zooms by `factor` (below 1 goes in) and keeps `anchor_ps` where it is; stays within the profile
// and above a nanosecond.
[[nodiscard]] TimeRange zoomed(const Profile& profile, TimeRange range, std::int64_t anchor_ps,
                               double factor);

// Moves by `part` of the width, not beyond the profile.
[[nodiscard]] TimeRange panned(const Profile& profile, TimeRange range, double part);

}  // namespace opscope::viewer

#include <algorithm>

#include "ui/timeline_page.h"

namespace opscope::viewer {

namespace {

// Shifted back so that it shows part of the profile and no more air than whole_range() has.
TimeRange kept_inside(const Profile& profile, TimeRange range) {
  const TimeRange whole = whole_range(profile);
  const std::int64_t length = range.end_ps - range.begin_ps;
  if (length >= whole.end_ps - whole.begin_ps) return whole;
  const std::int64_t begin =
      std::clamp(range.begin_ps, whole.begin_ps, std::max(whole.begin_ps, whole.end_ps - length));
  return {begin, begin + length};
}

}  // namespace

TimeRange zoomed(const Profile& profile, TimeRange range, std::int64_t anchor_ps, double factor) {
  constexpr double kShortest = 1000;  // a nanosecond
  const double length =
      std::max(kShortest, static_cast<double>(range.end_ps - range.begin_ps) * factor);
  const double part = static_cast<double>(anchor_ps - range.begin_ps) /
                      static_cast<double>(std::max<std::int64_t>(1, range.end_ps - range.begin_ps));
  const auto begin = anchor_ps - static_cast<std::int64_t>(part * length);
  return kept_inside(profile, {begin, begin + static_cast<std::int64_t>(length)});
}

TimeRange panned(const Profile& profile, TimeRange range, double part) {
  const auto by =
      static_cast<std::int64_t>(part * static_cast<double>(range.end_ps - range.begin_ps));
  return kept_inside(profile, {range.begin_ps + by, range.end_ps + by});
}

void reveal_event(const Profile& profile, TimelineView& view, EventRef event) {
  const ProfileLine& line = profile.lines[event.line];
  const std::int64_t begin = line.start_ps[event.event];
  const std::int64_t length = std::max<std::int64_t>(line.duration_ps[event.event], 1000);
  const std::int64_t shown = view.range.end_ps - view.range.begin_ps;
  const bool is_legible = length > shown / 40 && length < shown;
  const std::int64_t room = is_legible ? shown : length * 8;
  const std::int64_t middle = begin + length / 2;
  const TimeRange range{middle - room / 2, middle + room / 2};
  if (!is_legible || begin < view.range.begin_ps || begin + length > view.range.end_ps) {
    view.range = kept_inside(profile, range);
  }
  view.selected = event;
  view.selected_name = operation_name(profile.names[line.name_id[event.event]].text);
}

}  // namespace opscope::viewer

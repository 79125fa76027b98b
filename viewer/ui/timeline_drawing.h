// The timeline as a drawing: overview strip, ruler, steps, and tracks of nested slices. What is
// where is decided by timeline_geometry() and timeline_rows(), so that pointer and drawing agree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/profile.h"
#include "model/timeline_model.h"
#include "ui/canvas.h"
#include "ui/theme.h"

namespace opscope::viewer {

// What part of a profile is seen and what is marked in it.
struct TimelineView {
  TimeRange range;   // on screen; empty means all
  float scroll = 0;  // of the tracks, pixels
  std::optional<EventRef> selected;
  std::string selected_name;  // every slice of this name is marked
  std::optional<TimeRange> selected_range;
  std::vector<TimeRange> marks;
  std::vector<std::uint32_t> folded_lines;  // drawn with their outermost slices only
  std::string filter;                       // lines or events whose name contains it
};

struct TimelineRow {
  enum class Kind : std::uint8_t { plane, line, counter };
  Kind kind = Kind::line;
  std::uint32_t index = 0;  // into the profile's planes, lines or counters
  float top = 0;            // from the top of the tracks
  float height = 0;
  std::size_t depths = 0;  // drawn, for lines
  std::string label;
};

struct TimelineRows {
  std::vector<TimelineRow> rows;
  float height = 0;
};

// Tracks of every plane with events; `labels` name threads as a person would ("tf_Compute #2").
[[nodiscard]] TimelineRows timeline_rows(const Profile& profile, const TimelineView& view);

struct TimelineGeometry {
  Area overview;
  Area ruler;
  Area steps;   // empty when the profile has no steps
  Area labels;  // left of the tracks
  Area tracks;
};

[[nodiscard]] TimelineGeometry timeline_geometry(const Area& area, bool has_steps);

// True when an event called `text` is of `operation`: the same, or with its op type behind a colon.
[[nodiscard]] bool is_of_operation(const std::string& text, const std::string& operation);

// The whole profile with a little air at both ends.
[[nodiscard]] TimeRange whole_range(const Profile& profile);

[[nodiscard]] float x_from_time(const Area& tracks, const TimeRange& range, std::int64_t time_ps);
[[nodiscard]] std::int64_t time_from_x(const Area& tracks, const TimeRange& range, float x);

// The slice under `p`, in tracks.
[[nodiscard]] std::optional<EventRef> slice_at(const Profile& profile, const TimelineRows& rows,
                                               const TimelineGeometry& geometry,
                                               const TimelineView& view, Pos p);

void draw_timeline(Canvas& canvas, const Area& area, const Profile& profile,
                   const TimelineRows& rows, const TimelineView& view, const Theme& theme);

inline constexpr float kSliceHeight = 19;

}  // namespace opscope::viewer

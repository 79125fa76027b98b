// One chart of one scalar tag: every selected run overlaid, smoothed, with what is not shown said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/logdir_model.h"
#include "model/scalars.h"
#include "ui/canvas.h"
#include "ui/theme.h"

namespace opscope::viewer {

struct ScalarOptions {
  float smoothing = 0.6F;  // 0..0.999
  ScalarAxis axis = ScalarAxis::step;
  bool log_y = false;
  bool ignore_outliers = false;

  friend bool operator==(const ScalarOptions&, const ScalarOptions&) = default;
};

// A run that takes part in charts.
struct ScalarRun {
  const Run* run = nullptr;
  Color color;
};

struct ChartSeries {
  std::string run;
  Color color;
  std::vector<double> x;
  std::vector<double> raw;
  std::vector<double> smooth;
  std::vector<std::int64_t> steps;
  std::vector<double> ghost_x;  // points that a restart preempted
  std::vector<double> ghost_y;
};

struct ScalarChart {
  std::string title;
  ScalarOptions options;
  std::vector<ChartSeries> series;
  Domain x;
  Domain y;
  std::size_t point_count = 0;       // of all series
  std::size_t drawn_count = 0;       // after decimation to the width it was built for
  std::size_t off_axis_count = 0;    // finite points outside `y`
  std::size_t non_finite_count = 0;  // NaN and infinities; on a log axis also what is not positive
};

// The chart of `tag`, decimated for `width_px`. Runs without the tag are left out.
[[nodiscard]] ScalarChart build_scalar_chart(const std::string& tag,
                                             const std::vector<ScalarRun>& runs,
                                             const ScalarOptions& options, int width_px);

// The value axis position of x in `area`'s plot, and back. The plot is where curves are drawn.
[[nodiscard]] Area chart_plot(const Area& area);

// What to write beside the title: points drawn, off the axis, not finite. Empty when all is shown.
[[nodiscard]] std::string chart_note(const ScalarChart& chart);

// The place on the x axis under screen x.
[[nodiscard]] double chart_x_from_screen(const ScalarChart& chart, const Area& area, float x);

// `cursor_x`, in data units, draws a line and reads every run at it.
void draw_scalar_chart(Canvas& canvas, const Area& area, const ScalarChart& chart,
                       const Theme& theme, std::optional<double> cursor_x);

}  // namespace opscope::viewer

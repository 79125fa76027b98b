// One card of one histogram tag of one run: ridges over the steps, the steps laid over each other,
// or bands of percentiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/histograms.h"
#include "ui/canvas.h"
#include "ui/theme.h"

namespace opscope::viewer {

enum class HistogramMode : std::uint8_t { offset, overlay, distribution };

struct HistogramOptions {
  HistogramMode mode = HistogramMode::offset;
  ScalarAxis axis = ScalarAxis::step;  // along which the steps are placed, except in overlay
};

// What to draw; `series` must outlive it.
struct HistogramChart {
  std::string title;
  std::string run;
  Color color;
  HistogramOptions options;
  const HistogramSeries* series = nullptr;
  std::vector<double> axis;        // place of each step on the axis
  std::vector<std::size_t> shown;  // the steps that are drawn: of ridges only as many as read well
  Domain axis_domain;
  double highest = 1;  // count of the fullest bin of any step
  Domain values;       // of the value axis of distributions
};

[[nodiscard]] HistogramChart build_histogram_chart(const HistogramTag& tag,
                                                   const HistogramSeries& series, Color color,
                                                   const HistogramOptions& options);

// A step of the series, and the bin under the pointer; distributions have no bins.
struct HistogramHit {
  std::size_t step = 0;
  std::size_t bin = 0;

  friend bool operator==(const HistogramHit&, const HistogramHit&) = default;
};

// The step whose line is nearest to `at`. Nothing outside the plot, or without steps.
[[nodiscard]] std::optional<HistogramHit> histogram_hit(const HistogramChart& chart,
                                                        const Area& area, Pos at);

// Where the line of that step passes that bin; with distributions, the median at that step.
[[nodiscard]] Pos histogram_point(const HistogramChart& chart, const Area& area, HistogramHit hit);

// What the reading says of a hit, a line each: step, range of values and count, or percentiles.
[[nodiscard]] std::vector<std::string> histogram_reading(const HistogramChart& chart,
                                                         HistogramHit hit);

// What to write beside the title: steps drawn of those there are, and those that cannot be read.
[[nodiscard]] std::string histogram_note(const HistogramChart& chart);

void draw_histogram_chart(Canvas& canvas, const Area& area, const HistogramChart& chart,
                          const Theme& theme, std::optional<HistogramHit> hit);

// The frame of a card with its title, and a sentence in the middle: while it loads, or when its
// values cannot be read.
void draw_histogram_notice(Canvas& canvas, const Area& area, const HistogramTag& tag, Color color,
                           const std::string& notice, const Theme& theme);

}  // namespace opscope::viewer

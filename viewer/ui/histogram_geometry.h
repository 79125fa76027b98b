// Where the parts of a histogram card lie.
#pragma once

#include "ui/histogram_chart.h"

namespace opscope::viewer {

struct HistogramGeometry {
  Area plot;
  float ridge = 0;  // height of the fullest bin, in pixels

  HistogramGeometry(const HistogramChart& chart, const Area& area);

  [[nodiscard]] float x_of_value(double value) const;    // offset and overlay
  [[nodiscard]] float x_of_bin(std::size_t bin) const;   // its middle
  [[nodiscard]] float baseline(std::size_t step) const;  // offset and overlay
  [[nodiscard]] float y_of_count(std::size_t step, double count) const;
  [[nodiscard]] float x_of_step(std::size_t step) const;  // distribution
  [[nodiscard]] float y_of_value(double value) const;     // distribution

 private:
  [[nodiscard]] float axis_part(std::size_t step) const;

  const HistogramChart& chart_;
};

}  // namespace opscope::viewer

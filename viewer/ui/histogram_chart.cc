#include "ui/histogram_chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/units.h"
#include "ui/histogram_geometry.h"

namespace opscope::viewer {

namespace {

constexpr float kHeader = 46;
constexpr float kFooter = 26;
constexpr float kSideAxis = 62;
constexpr std::size_t kMostRidges = 24;

Domain range_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (*low == *high) return {*low - 0.5, *high + 0.5};
  return {*low, *high};
}

}  // namespace

HistogramChart build_histogram_chart(const HistogramTag& tag, const HistogramSeries& series,
                                     Color color, const HistogramOptions& options) {
  HistogramChart chart;
  chart.title = tag.tag->display_name.empty() ? tag.tag->name : tag.tag->display_name;
  chart.run = tag.run->name == "." ? "(the logdir)" : tag.run->name;
  chart.color = color;
  chart.options = options;
  chart.series = &series;
  chart.axis = axis_values(series.times, options.axis);
  chart.axis_domain = range_of(chart.axis);
  chart.shown = spread_positions(
      series.bins.size(), options.mode == HistogramMode::offset ? kMostRidges : series.bins.size());
  chart.highest = 0;
  for (const auto& bins : series.bins) {
    for (const double count : bins) chart.highest = std::max(chart.highest, count);
  }
  if (chart.highest <= 0) chart.highest = 1;
  std::vector<double> values;
  for (const Percentiles& step : series.percentiles) {
    for (const double value : step) {
      if (std::isfinite(value)) values.push_back(value);
    }
  }
  chart.values = nice_domain(value_domain(values, false));
  return chart;
}

HistogramGeometry::HistogramGeometry(const HistogramChart& chart, const Area& area)
    : chart_(chart) {
  const bool is_offset = chart.options.mode == HistogramMode::offset;
  // The step axis of ridges stands at the right, as their lines begin at the left.
  plot = {area.left + (is_offset ? 16 : kSideAxis), area.top + kHeader,
          area.right - (is_offset ? kSideAxis : 16), area.bottom - kFooter};
  ridge = is_offset && chart.axis.size() > 1 ? plot.height() * 0.4F : plot.height();
}

float HistogramGeometry::axis_part(std::size_t step) const {
  const Domain& domain = chart_.axis_domain;
  return static_cast<float>((chart_.axis[step] - domain.min) / (domain.max - domain.min));
}

float HistogramGeometry::x_of_value(double value) const {
  const Domain& domain = chart_.series->x;
  const double part = (value - domain.min) / (domain.max - domain.min);
  return plot.left + static_cast<float>(part) * plot.width();
}

float HistogramGeometry::x_of_bin(std::size_t bin) const {
  return plot.left + plot.width() * (static_cast<float>(bin) + 0.5F) / kHistogramBins;
}

float HistogramGeometry::baseline(std::size_t step) const {
  if (chart_.options.mode != HistogramMode::offset || chart_.axis.size() < 2) return plot.bottom;
  const float top = plot.top + ridge;
  return top + axis_part(step) * (plot.bottom - top);
}

float HistogramGeometry::y_of_count(std::size_t step, double count) const {
  return baseline(step) - static_cast<float>(count / chart_.highest) * ridge;
}

float HistogramGeometry::x_of_step(std::size_t step) const {
  return plot.left + axis_part(step) * plot.width();
}

float HistogramGeometry::y_of_value(double value) const {
  const double part = (value - chart_.values.min) / (chart_.values.max - chart_.values.min);
  return plot.bottom - static_cast<float>(std::clamp(part, 0.0, 1.0)) * plot.height();
}

Pos histogram_point(const HistogramChart& chart, const Area& area, HistogramHit hit) {
  const HistogramGeometry at(chart, area);
  if (chart.options.mode == HistogramMode::distribution) {
    constexpr std::size_t kMedian = 4;
    return {at.x_of_step(hit.step), at.y_of_value(chart.series->percentiles[hit.step][kMedian])};
  }
  return {at.x_of_bin(hit.bin), at.y_of_count(hit.step, chart.series->bins[hit.step][hit.bin])};
}

std::optional<HistogramHit> histogram_hit(const HistogramChart& chart, const Area& area, Pos at) {
  const HistogramGeometry geometry(chart, area);
  if (!geometry.plot.contains(at)) return std::nullopt;
  HistogramHit hit;
  const float part = (at.x - geometry.plot.left) / geometry.plot.width();
  hit.bin =
      std::min<std::size_t>(kHistogramBins - 1, static_cast<std::size_t>(part * kHistogramBins));
  float nearest = INFINITY;
  for (const std::size_t step : chart.shown) {
    const Pos point = histogram_point(chart, area, {step, hit.bin});
    const bool is_distribution = chart.options.mode == HistogramMode::distribution;
    const float distance = std::fabs(is_distribution ? point.x - at.x : point.y - at.y);
    if (distance <= nearest) {  // of equals, the newest is in front
      nearest = distance;
      hit.step = step;
    }
  }
  if (chart.axis.empty()) return std::nullopt;
  return hit;
}

std::vector<std::string> histogram_reading(const HistogramChart& chart, HistogramHit hit) {
  const HistogramSeries& series = *chart.series;
  std::vector<std::string> lines{"step " + std::to_string(series.times.steps[hit.step])};
  if (chart.options.mode == HistogramMode::distribution) {
    constexpr std::array<const char*, 9> kNames{"min",    "6.7 %",  "15.9 %", "30.9 %", "median",
                                                "69.2 %", "84.1 %", "93.3 %", "max"};
    for (std::size_t i = kNames.size(); i-- > 0;) {
      lines.push_back(std::string(kNames[i]) + "   " +
                      format_value(series.percentiles[hit.step][i], 4));
    }
    return lines;
  }
  const double width = (series.x.max - series.x.min) / kHistogramBins;
  const double left = series.x.min + width * static_cast<double>(hit.bin);
  lines.push_back(format_value(left, 4) + " to " + format_value(left + width, 4));
  lines.push_back("count " + format_value(series.bins[hit.step][hit.bin], 4) + " of " +
                  format_value(series.times.values[hit.step], 6));
  return lines;
}

std::string histogram_note(const HistogramChart& chart) {
  const HistogramSeries& series = *chart.series;
  std::string note;
  if (chart.shown.size() < series.value_count) {
    note = format_count(chart.shown.size()) + " of " + format_count(series.value_count) + " steps";
  }
  if (series.unreadable_count > 0) {
    note += (note.empty() ? "" : " · ") + format_count(series.unreadable_count) + " unreadable";
  }
  return note;
}

}  // namespace opscope::viewer

#include "ui/scalar_chart.h"

#include <algorithm>
#include <cmath>

#include "model/units.h"

namespace opscope::viewer {

namespace {

bool is_drawable(double value, bool log_y) { return std::isfinite(value) && (!log_y || value > 0); }

void add_series(ScalarChart& chart, const ScalarRun& run, const Tag& tag) {
  ChartSeries series;
  series.run = run.run->name;
  series.color = run.color;
  series.x = axis_values(tag.scalars, chart.options.axis);
  series.raw = tag.scalars.values;
  series.smooth = smoothed(tag.scalars.values, static_cast<double>(chart.options.smoothing));
  series.steps = tag.scalars.steps;
  series.ghost_x = axis_values(tag.preempted_scalars, chart.options.axis);
  series.ghost_y = tag.preempted_scalars.values;
  chart.point_count += series.raw.size();
  chart.series.push_back(std::move(series));
}

Domain x_domain(const ScalarChart& chart) {
  std::vector<double> ends;
  for (const ChartSeries& series : chart.series) {
    for (const double x : series.x) {
      if (std::isfinite(x)) ends.push_back(x);
    }
    for (const double x : series.ghost_x) {
      if (std::isfinite(x)) ends.push_back(x);
    }
  }
  if (ends.empty()) return {};
  const auto [low, high] = std::minmax_element(ends.begin(), ends.end());
  if (*low == *high) return {*low - 0.5, *high + 0.5};
  return {*low, *high};
}

Domain y_domain(const ScalarChart& chart) {
  std::vector<double> values;
  for (const ChartSeries& series : chart.series) {
    for (const auto* column : {&series.raw, &series.smooth}) {
      for (const double value : *column) {
        if (is_drawable(value, chart.options.log_y)) values.push_back(value);
      }
    }
  }
  const Domain domain = value_domain(values, chart.options.ignore_outliers);
  if (!chart.options.log_y) return nice_domain(domain);
  return {domain.min > 0 ? domain.min / 1.2 : 1e-3, std::max(domain.max * 1.2, 1e-300)};
}

void count_hidden(ScalarChart& chart) {
  for (const ChartSeries& series : chart.series) {
    for (const double value : series.raw) {
      if (!is_drawable(value, chart.options.log_y)) {
        ++chart.non_finite_count;
      } else if (value < chart.y.min || value > chart.y.max) {
        ++chart.off_axis_count;
      }
    }
  }
}

template <typename T>
std::vector<T> picked(const std::vector<T>& from, const std::vector<std::uint32_t>& indices) {
  std::vector<T> result;
  result.reserve(indices.size());
  for (const std::uint32_t index : indices) result.push_back(from[index]);
  return result;
}

void decimate_series(ScalarChart& chart, int width_px) {
  for (ChartSeries& series : chart.series) {
    if (!std::is_sorted(series.x.begin(), series.x.end())) continue;  // wall times may jump back
    const auto indices = decimate(series.x, series.raw, chart.x, width_px);
    if (indices.size() < series.x.size()) {
      series.x = picked(series.x, indices);
      series.raw = picked(series.raw, indices);
      series.smooth = picked(series.smooth, indices);
      series.steps = picked(series.steps, indices);
    }
    chart.drawn_count += series.x.size();
  }
}

}  // namespace

ScalarChart build_scalar_chart(const std::string& tag, const std::vector<ScalarRun>& runs,
                               const ScalarOptions& options, int width_px) {
  ScalarChart chart;
  chart.title = tag;
  chart.options = options;
  for (const ScalarRun& run : runs) {
    const Tag* found = find_tag(*run.run, tag);
    if (found == nullptr || found->data_class != DataClass::scalar) continue;
    if (!found->display_name.empty()) chart.title = found->display_name;
    add_series(chart, run, *found);
  }
  chart.x = x_domain(chart);
  chart.y = y_domain(chart);
  count_hidden(chart);
  decimate_series(chart, width_px);
  return chart;
}

std::string chart_note(const ScalarChart& chart) {
  std::string note;
  const auto add = [&note](const std::string& text) {
    if (!note.empty()) note += " · ";
    note += text;
  };
  if (chart.drawn_count < chart.point_count) {
    add(format_count(chart.drawn_count) + " of " + format_count(chart.point_count) + " points");
  }
  if (chart.off_axis_count > 0) add(format_count(chart.off_axis_count) + " off the axis");
  if (chart.non_finite_count > 0) {
    add(format_count(chart.non_finite_count) +
        (chart.options.log_y ? " not positive or NaN" : " NaN or infinite"));
  }
  return note;
}

}  // namespace opscope::viewer

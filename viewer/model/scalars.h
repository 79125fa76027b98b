// Chart data of scalar series: axes, smoothing, domains and decimation to pixels.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/logdir_model.h"

namespace opscope::viewer {

// step; seconds since the series' first point; seconds since the epoch.
enum class ScalarAxis : std::uint8_t { step, relative, wall };

// The x of every point.
[[nodiscard]] std::vector<double> axis_values(const ScalarColumns& series, ScalarAxis axis);

// TensorBoard's smoothing: an exponential moving average, debiased so that it does not start at 0.
// Weight 0 is the raw curve; at most 1. Values that are not finite are passed through and do not
// enter the average; a constant series stays as it is.
[[nodiscard]] std::vector<double> smoothed(std::span<const double> values, double weight);

struct Domain {
  double min = 0;
  double max = 1;
};

// The domain of finite `values`. With `ignore_outliers`, from the 5th to the 95th percentile as
// TensorBoard does. A single value gets a domain around it, no value [0, 1].
[[nodiscard]] Domain value_domain(std::span<const double> values, bool ignore_outliers);

// The domain, widened a little and to round ends, so that a curve does not touch the frame.
[[nodiscard]] Domain nice_domain(Domain domain);

// Indices of the points to draw: the first, last, lowest and highest of every pixel column, points
// that are not finite included, in order. At most 4 * width_px + 2; all where there are fewer.
// `x` must not decrease.
[[nodiscard]] std::vector<std::uint32_t> decimate(std::span<const double> x,
                                                  std::span<const double> y, Domain x_domain,
                                                  int width_px);

// The index of the point nearest to `x`; `xs` must not decrease and not be empty.
[[nodiscard]] std::size_t nearest_point(std::span<const double> xs, double x);

// Facts of the points with x in `range`.
struct RangeFacts {
  std::size_t count = 0;
  double first = 0;
  double last = 0;
  double min = 0;
  double max = 0;
  double mean = 0;
};
[[nodiscard]] RangeFacts range_facts(std::span<const double> x, std::span<const double> y,
                                     Domain range);

// Round positions for a linear axis, about `count` of them inside `domain`.
[[nodiscard]] std::vector<double> axis_ticks(Domain domain, int count);

// Decades (and 2, 5 within them where there is room) for a logarithmic axis; domain.min must be >
// 0.
[[nodiscard]] std::vector<double> log_axis_ticks(Domain domain, int count);

// Cards of one group: tags with the same part before the first '/', or alone under their own name.
struct TagGroup {
  std::string name;
  std::vector<std::string> tags;  // in natural order: a2 before a10
};

// The scalar tags of all runs, grouped by prefix, in natural order.
[[nodiscard]] std::vector<TagGroup> scalar_tag_groups(const LogdirModel& model);

// True when `a` sorts before `b` with runs of digits compared as numbers.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

}  // namespace opscope::viewer
